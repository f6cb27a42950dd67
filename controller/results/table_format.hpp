// TableFormat: how the tables of a checkout are written. The formats there are stand in the table of
// table_format.cpp, one row each; whoever asks for a checkout names one by its word. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace flowyard::controller::results {

// Takes a table cell by cell; the first row is the heading.
class TableWriter {
 public:
  virtual ~TableWriter() = default;

  virtual TableWriter& cell(std::string_view text) = 0;
  virtual TableWriter& cell(double number) = 0;
  virtual TableWriter& cell(std::uint64_t number) = 0;
  virtual void end_row() = 0;

  virtual std::size_t bytes() const = 0;  // of what take() would give
  // The rows since the last take(): the next part of the file.
  virtual std::string take() = 0;
};

struct TableFormat {
  std::string_view word;       // "csv"
  std::string_view extension;  // of its files: ".csv"
  std::unique_ptr<TableWriter> (*open)();
  bool has_netcdf = false;  // the scenarios stand in one NetCDF file instead of tables; others are tables
};

// All of them, the default first.
std::span<const TableFormat> table_formats();

// The format of that word, the default for an empty one; else an Error that names those there are.
Result<const TableFormat*> table_format(std::string_view word);

}  // namespace flowyard::controller::results
