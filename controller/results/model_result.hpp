// What a model, run here, gave: one column for each variable and element ("share[north]").
#pragma once

#include <string>
#include <vector>

#include "controller/model/data/number_table.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::controller::results {

using ModelResult = model::data::NumberTable;

ModelResult result_of(const worker::engine::RunOutput& output);

// "at time 5 there is no finite number in 'a', 'b'": the first time, and the columns of that time, some
// of which are why the others are there. Empty where all is finite.
std::string without_number(const ModelResult& result);

// The columns with `time` before them, cells apart by `separator`: numbers with the fewest digits that read
// back as the same, what is no number (:NA:) as an empty cell.
std::string separated(const ModelResult& result, char separator);

// {"time": [...], "series": {"Population": [...]}}; null for what is no number.
std::string json_of(const ModelResult& result);

}  // namespace flowyard::controller::results
