// write: a Model as XMILE. Pure.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::xmile {

// UTF-8. Reading it back gives a model of the same meaning: see simplify.hpp for what is written in another
// way, and for what cannot be written, which is an error with its place.
Results<std::string> write(const Model& model);

}  // namespace flowyard::controller::model::xmile
