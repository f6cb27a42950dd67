// The subscripts of a model by name. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/model/model.hpp"

namespace flowyard::controller::model {

// The elements of a dimension or sub-range, those of its members in turn; of anything else, itself.
std::vector<std::string> elements_of(const Model& model, const Name& name);

// The dimensions of a variable, or where the equations only name parts, the smallest dimension that has them;
// "a, b" where none has.
std::vector<std::string> dimensions_of(const Model& model, const Variable& variable);

// For a left-hand side, its elements in row-major order: "A1,B1", "A1,B2"; one empty text for a scalar.
std::vector<std::string> combinations_of(const Model& model, const std::vector<Name>& subscripts);

// What a column is called: "Population", "share[north]".
std::string column_name(const std::string& name, const std::string& element);

// The key by which two such names are compared.
std::string column_key(std::string_view name);

}  // namespace flowyard::controller::model
