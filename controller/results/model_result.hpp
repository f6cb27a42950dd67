// What a model, run here, gave: one column for each variable and element ("share[north]").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "worker/engine/run.hpp"
#include "worker/model/data/number_table.hpp"
#include "worker/model/model.hpp"

namespace flowyard::controller::cli {

using ModelResult = worker::model::data::NumberTable;

// All that can be saved: no lookups, and no data variable that nothing feeds.
std::vector<std::string> savable_names(const worker::model::Model& model);

// CommandFailed with every mistake.
std::shared_ptr<const worker::engine::Program> compile_model(const worker::model::Model& model,
                                                             const std::vector<std::string>& series);

// One run. CommandFailed where the input is refused.
worker::engine::RunOutput run_once(const std::shared_ptr<const worker::engine::Program>& program,
                                   const worker::engine::RunInput& input);

ModelResult result_of(const worker::engine::RunOutput& output);

// "at time 5 there is no finite number in 'a', 'b'": the first time, and the columns of that time, some
// of which are why the others are there. Empty where all is finite.
std::string without_number(const ModelResult& result);

// The columns with `time` before them, cells apart by `separator`: numbers with the fewest digits that read
// back as the same, what is no number (:NA:) as an empty cell.
std::string separated(const ModelResult& result, char separator);

// {"time": [...], "series": {"Population": [...]}}; null for what is no number.
std::string json_of(const ModelResult& result);

// The fewest digits that read back as the same number; empty for NaN.
std::string exact(double value);

}  // namespace flowyard::controller::cli
