//! Tables as Parquet files, for programs that read many of them.
//!
//! In: rows of named values. Out: the bytes of a file of one row group, not compressed; the same rows
//! give the same bytes.
//!
//! # Invariants
//! - Every column may be missing in a row: what has no value is null.
//! - The low-level writer of the `parquet` crate is used, without Arrow, which would be most of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::profile::{Datum, Row};

/// A column: its name, and its values by row.
struct Column<'a> {
    name: String,
    cells: Vec<Option<&'a Datum>>,
}

/// The file of a table.
pub fn file(rows: &[Row]) -> Result<Vec<u8>, String> {
    written(&columns(rows)).map_err(|error| error.to_string())
}

/// The columns in the order in which rows name them; of two of a name in one row the second is
/// another column.
fn columns(rows: &[Row]) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut met: BTreeMap<&str, u32> = BTreeMap::new();
        for (name, datum) in row {
            let times = met.entry(name).and_modify(|times| *times += 1).or_insert(1);
            let name = if *times == 1 { name.clone() } else { format!("{name}_{times}") };
            let place = columns.iter().position(|column| column.name == name);
            let place = place.unwrap_or_else(|| {
                columns.push(Column { name, cells: vec![None; rows.len()] });
                columns.len() - 1
            });
            columns[place].cells[at] = Some(datum);
        }
    }
    columns
}

fn written(columns: &[Column<'_>]) -> Result<Vec<u8>, ParquetError> {
    let fields: Result<Vec<_>, _> =
        columns.iter().map(|column| column.field().map(Arc::new)).collect();
    let schema = Type::group_type_builder("profile").with_fields(fields?).build()?;
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties)?;
    let mut group = file.next_row_group()?;
    for column in columns {
        let Some(mut to) = group.next_column()? else { break };
        column.write(&mut to)?;
        to.close()?;
    }
    group.close()?;
    file.into_inner()
}

impl Column<'_> {
    /// What its values are stored as: words where they are not all of one kind.
    fn physical(&self) -> Physical {
        let of = |datum: &Datum| match datum {
            Datum::Words(_) => Physical::BYTE_ARRAY,
            Datum::Whole(_) => Physical::INT64,
            Datum::Real(_) => Physical::DOUBLE,
            Datum::Truth(_) => Physical::BOOLEAN,
        };
        let mut all = self.cells.iter().flatten().map(|datum| of(datum));
        let first = all.next().unwrap_or(Physical::BYTE_ARRAY);
        if all.all(|other| other == first) { first } else { Physical::BYTE_ARRAY }
    }

    fn field(&self) -> Result<Type, ParquetError> {
        let physical = self.physical();
        let words = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        Type::primitive_type_builder(&self.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(words)
            .build()
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self.physical() {
            Physical::INT64 => self.write_as::<Int64Type>(to, |datum| match datum {
                Datum::Whole(number) => Some(*number),
                Datum::Words(_) | Datum::Real(_) | Datum::Truth(_) => None,
            }),
            Physical::DOUBLE => self.write_as::<DoubleType>(to, |datum| match datum {
                Datum::Real(number) => *number,
                Datum::Words(_) | Datum::Whole(_) | Datum::Truth(_) => None,
            }),
            Physical::BOOLEAN => self.write_as::<BoolType>(to, |datum| match datum {
                Datum::Truth(truth) => Some(*truth),
                Datum::Words(_) | Datum::Whole(_) | Datum::Real(_) => None,
            }),
            _ => self.write_as::<ByteArrayType>(to, |datum| {
                datum.words().map(|words| ByteArray::from(words.into_bytes()))
            }),
        }
    }

    fn write_as<T: DataType>(
        &self,
        to: &mut SerializedColumnWriter<'_>,
        value: impl Fn(&Datum) -> Option<T::T>,
    ) -> Result<(), ParquetError> {
        let cells: Vec<Option<T::T>> =
            self.cells.iter().map(|cell| cell.and_then(&value)).collect();
        let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<T::T> = cells.into_iter().flatten().collect();
        to.typed::<T>().write_batch(&values, Some(&levels), None).map(|_| ())
    }
}
