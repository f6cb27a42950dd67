// Starting a run where an earlier one ended. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/data/number_table.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::controller::compiler {

namespace engine = worker::engine;

struct Continuation {
  double time = 0;  // of the last row
  std::vector<engine::Column> initials;
};

// The stocks of the program as the last row of an earlier result has them; every one must be there, one
// column for each element ("share[north]"). The state of delays and smooths is in no result: they start anew.
Results<Continuation> continue_from(const engine::Program& program, const model::data::NumberTable& earlier,
                                    const std::string& file_name);

}  // namespace flowyard::controller::compiler
