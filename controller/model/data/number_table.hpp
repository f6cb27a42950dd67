// Files of numbers over time: times down or across, as Vensim, PySD and `flowyard model run -o` write them,
// or one name after the other. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::controller::model::data {

// Limit per file, so that a wrong kind of file is not reported line by line.
inline constexpr std::size_t kMostErrors = 100;

struct NumberTable {
  std::vector<double> times;
  std::vector<std::string> names;            // "Population", "share[north]"
  std::vector<std::vector<double>> columns;  // by name, then by time; NaN for an empty cell
};

// Text separated by commas, semicolons or tabs, or the first sheet of a workbook. The first row names the
// columns and the first column holds the times; or, where the cells of the first row are numbers, the other
// way round; or a .dat of Vensim's (dat.hpp). The series of an experiment, as `flowyard checkout` writes
// them, may be those of one scenario only. Rows without a time are passed over. Errors with line and column,
// of the cell.
Results<NumberTable> read_numbers(std::string_view bytes, const std::string& file_name);

}  // namespace flowyard::controller::model::data
