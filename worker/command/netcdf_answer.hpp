// An answer in NetCDF: a variable over the dimension "time" is a series, one without dimensions a number, and
// the other dimensions are subscripts, whose elements stand in a variable of the dimension's name, as texts
// or numbers; without one they are 1, 2, 3, ... Pure.
#pragma once

#include "worker/command/answer.hpp"

namespace flowyard::worker::command {

Result<Answer> read_netcdf_answer(std::string_view bytes);

}  // namespace flowyard::worker::command
