// Files of numbers over time: CSV or tab-separated, times down or across, as Vensim, PySD and `flowyard model
// run -o` write them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/cli/model_result.hpp"
#include "worker/model/model.hpp"

namespace flowyard::controller::cli {

// The first row names the columns and the first column holds the times; or, where the cells of the first row
// are numbers, the other way round. An empty cell is NaN. Errors with line and column (of the cell).
Results<ModelResult> read_numbers(std::string_view text, const std::string& file_name);

// Gives the data variables of the model that the file names ("demand", "demand[north]") their points, empty
// cells left out. Columns that are no data variable are left alone; a file without any is an error.
Results<void> feed_data(worker::model::Model& model, const ModelResult& numbers,
                        const std::string& file_name);

}  // namespace flowyard::controller::cli
