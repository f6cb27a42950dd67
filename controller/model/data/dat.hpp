// Vensim's .dat: a name on a line of its own, then a line for each of its points: time, tab, value. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/model/data/number_table.hpp"

namespace flowyard::controller::model::data {

// By its first two lines: a name without tabs, and a point.
bool is_dat(std::string_view text);

// The times of all names together; where a name has no value at one of them, there is NaN. Errors with line.
Results<NumberTable> read_dat(std::string_view text, const std::string& file_name);

}  // namespace flowyard::controller::model::data
