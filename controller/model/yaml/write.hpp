// write: a Model in the YAML form. Pure.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::yaml {

// Reading it back gives a model of the same meaning: see simplify.hpp for what is written in another way.
// Macros, conveyors and queues have no YAML form: errors with their places.
Results<std::string> write(const Model& model);

}  // namespace flowyard::controller::model::yaml
