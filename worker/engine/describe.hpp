// describe: a Program as a listing for people and golden tests.
#pragma once

#include <string>

#include "worker/engine/program.hpp"

namespace flowyard::worker::engine {

// One line per parameter, stock, table and instruction. A slot that holds one value for the whole run is
// named after it, else s17.
std::string describe(const Program& program);

}  // namespace flowyard::worker::engine
