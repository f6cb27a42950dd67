// PartlyRead: what could be read of a model file, and every error met on the way. For tools that want to
// say all that is wrong at once: the part that was read can be compiled, and its errors added.
#pragma once

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model {

struct PartlyRead {
  Model model = {};  // with Model::unread, so that what is missing gives no further errors
  Errors errors = {};
  // Enough is known for the compiler's errors to be the author's.
  bool worth_compiling = false;
};

}  // namespace flowyard::controller::model
