// A compiled logistic growth, put together by hand so that tests of the worker need no compiler: parameters
// growth_rate (0.02) and carrying_capacity (10,000), the stock Population (100 at first), 100 Euler steps of
// 1; the output Population and the outcomes final = last(Population) and peak = max(Population).
#pragma once

#include "worker/engine/program.hpp"

namespace flowyard::test {

worker::engine::Program logistic_program();

}  // namespace flowyard::test
