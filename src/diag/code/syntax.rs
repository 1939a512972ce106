//! E01xx and E02xx (lexing, parsing, readings).

crate::define_codes! {
    STRANGE_CHARACTER = "E0101", "a character or operator that the language does not have",
    "Operators are ASCII, and the logical ones are words: `and`, `or`, `not`, `implies`. An \
operator of another language is read as what was probably meant, so that the rest of the file \
is still checked, but it has to be rewritten.

Names are written in `a`-`z`, `A`-`Z`, `0`-`9` and `_`. Any character may stand in a string or \
in a comment.

Wrong:

    property p { always a && !b }

Right:

    property p { always (a and not b) }
";

    BAD_STRING = "E0102", "a string that does not end, or has an unknown escape",
    "A string begins and ends with `\"` on one line. Inside, `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\` \
and `\\u{e9}` (a character by its code in hexadecimal) are escapes; no other is known, so that \
a misspelt one is not taken for text.

Wrong:

    def risky(tool: string) = tool in { \"deploy, \"delete\" }

Right:

    def risky(tool: string) = tool in { \"deploy\", \"delete\" }
";

    BAD_NUMBER = "E0103", "a number or duration that has no value",
    "An int has 64 bits. A real has digits on both sides of its dot, and is at most about 1.8e308. \
`_` may stand between two digits. A duration is a number with its unit touching: `ms`, `s`, \
`min`, `h` or `d`. A name cannot begin with a digit.

Wrong:

    const LIMIT = 99999999999999999999
    property p { always[..5sec] calm }

Right:

    const LIMIT = 99999999999999999999.0
    property p { always[..5s] calm }
";

    UNBALANCED = "E0104", "a bracket that is never closed, or closes nothing",
    "Every `(`, `[` and `{` needs its own closing bracket. If one is missing, the place that is \
shown is where it was opened; where it should end is often a few lines below. An item that \
begins at the start of a line is taken as a sign that everything before it should be closed.

Wrong:

    def near(a: Agent, b: Agent) = abs(a.place - b.place < 3

Right:

    def near(a: Agent, b: Agent) = abs(a.place - b.place) < 3
";

    TOO_DEEP = "E0105", "something is nested too deep",
    "A text may nest 128 levels: brackets, blocks, prefixes, and also chains such as `a + b + c`, \
which nest to the left. Nothing that people write comes near that, and a bound keeps every \
later stage safe from texts that machines write. Use `sum`, `forall` or a set instead of a long \
chain, or name the parts.

Wrong:

    def total() = x0 + x1 + x2 + x3        // … and so on to x200

Right:

    state x(0..200): int = 0
    def total() = sum(x(i) for i in 0..200)
";

    UNEXPECTED = "E0106", "something else should stand here",
    "The text does not follow the grammar at this place. The message says what could stand here \
and what was found. After an error the parser goes on behind the enclosing bracket, at the next \
statement or at the next item, so one run shows the errors of the whole file.

Wrong:

    agents team Agent[1..6]

Right:

    agents team: Agent[1..6]
";

    RESERVED = "E0107", "a word of the language is used as a name",
    "Words that begin an item or a statement, and words that have a meaning in expressions, cannot \
be names of things that stand by themselves. Fields are free: any word may follow `.`, or stand \
before `:` as a field. `by`, `to`, `from`, `of`, `over`, `only`, `any`, `random`, `value` and \
their like are words only where they can be, and may be names.

Wrong:

    state step: int = 0

Right:

    state step_count: int = 0
";

    UNPRIMED = "E0108", "an assignment without `'`",
    "A step reads the old state, `x`, and fixes the new, `x'`. What is on the left of `=` is the \
new value. (`let x = e` names a value and sets nothing; `==` compares.)

Wrong:

    step { stock = stock + 1 }

Right:

    step { stock' = stock + 1 }
";

    MODEL_PLACE = "E0109", "`model` is not the first, or not the only one",
    "A file is one model, and says so before anything else. A file without `model` is a library, \
which other files `use`.

Wrong:

    const N = 3
    model herd

Right:

    model herd
    const N = 3
";

    TOO_MANY = "E0110", "more errors than are worth showing",
    "Only the first hundred errors of a text are shown. Mend those, and run again. A text with \
that many errors is often not a polity file at all.

Wrong:

    a file of another language, named `.polity`

Right:

    model herd
    kind Animal {}
    agents herd: Animal[3]
";

    FOREIGN_COMMENT = "E0111", "a comment of another language",
    "Comments reach from `//` to the end of the line. `///` documents the next item, and `//!` \
the file. `/* */` and `#` begin no comment.

Wrong:

    /* how much there is */
    state stock: real = 0.0

Right:

    /// How much there is.
    state stock: real = 0.0
";

    COMPARISON_CHAIN = "E0201", "a chain of comparisons",
    "`a < b < c` compares a truth value with `c` in most languages, and means `a < b and b < c` in \
mathematics. Here it means nothing: write out which you mean. The same goes for `..`: a range \
has two ends.

Wrong:

    assume 0 < low < high

Right:

    assume 0 < low and low < high
";

    BAD_INTERVAL = "E0202", "an interval that bounds nothing",
    "An interval is `[lo..hi]`, `[..hi]` or `[lo..]`, ends included. It follows `always`, \
`eventually`, `historically`, `once`, `until`, `since`, and `over` in a window. `next` and \
`finally` speak of one instant and take none.

Wrong:

    property p { always[..] calm and eventually[10] done }

Right:

    property p { (always calm) and eventually[..10] done }
";

    UNTIL_CHAIN = "E0203", "a chain of `until` and `since`",
    "`a until b until c` could mean two things, and people disagree on which. Parentheses decide.

Wrong:

    property p { waiting until called until served }

Right:

    property p { waiting until (called until served) }
";

    TWO_READINGS = "E0204", "a formula that reads two ways",
    "Precedence gives every formula one meaning, but not always the one that its reader sees. \
Three kinds of chain are therefore refused until parentheses say what is meant:

- `and` and `or` mixed: `a and b or c`.
- A temporal operator on the left of `and`, `or`, `implies`, `until` or `since`: in \
`always p implies q`, does `always` reach over the implication?
- `a implies b implies c`.

Mistakes of this kind are the commonest in specifications, and the hardest to see: the formula \
holds, and means something else. Both readings are shown, each as you would write it.

Wrong:

    property p { always approved implies shipped }

Right, if the implication should hold at every instant:

    property p { always (approved implies shipped) }

Right, if it is about being approved at all instants:

    property p { (always approved) implies shipped }
";
}
