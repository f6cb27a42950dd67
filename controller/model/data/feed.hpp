// Gives a model's data variables their points. Pure.
#pragma once

#include <string>

#include "controller/model/data/number_table.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::data {

// The data variables that the table names ("demand", "demand[north]") get its numbers, empty cells left out,
// and so does what a Vensim model uses without an equation (exogenous.hpp), which becomes a data variable;
// columns that are no data variable are left alone, with a warning where
// they are nothing else in the model either. How many equations were fed: 0 is for the caller to
// judge. An element without numbers, where others of its variable have some, is an error.
Results<std::size_t> feed_data(Model& model, const NumberTable& numbers, const std::string& file_name);

// The error for a file that feeds nothing: names the data variables there are.
Error feeds_nothing(const Model& model, const FileLocation& location);

}  // namespace flowyard::controller::model::data
