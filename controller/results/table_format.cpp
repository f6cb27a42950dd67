#include "controller/results/table_format.hpp"

#include "controller/results/csv.hpp"

namespace flowyard::controller::results {
namespace {

template <char separator>
std::unique_ptr<TableWriter> separated_by() {
  return std::make_unique<CsvWriter>(separator);
}

constexpr TableFormat kFormats[] = {
    {"csv", ".csv", separated_by<','>},
    {"tab", ".tab", separated_by<'\t'>},
    {"netcdf", ".csv", separated_by<','>, true},
};

}  // namespace

std::span<const TableFormat> table_formats() {
  return kFormats;
}

Result<const TableFormat*> table_format(std::string_view word) {
  if (word.empty()) return &kFormats[0];
  std::string known;
  for (const auto& format : kFormats) {
    if (format.word == word) return &format;
    known += (known.empty() ? "" : ", ") + std::string(format.word);
  }
  return invalid("there is no format '" + std::string(word) + "' of tables; there are " + known);
}

}  // namespace flowyard::controller::results
