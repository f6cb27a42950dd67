// What a variable is, in a word for people.
#pragma once

#include "controller/model/model.hpp"

namespace flowyard::controller::model {

// "stock", "flow", "auxiliary", "constant", "lookup", "data", "conveyor", "queue".
const char* kind_of(const Variable& variable);

}  // namespace flowyard::controller::model
