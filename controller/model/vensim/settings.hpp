// Settings: the numbered lines after the sketch of a Vensim file. Pure.
#pragma once

#include <string_view>

#include "controller/model/model.hpp"

namespace flowyard::controller::model::vensim {

// Takes from them the method of integration (code 15), units that are the same (22), and the names of data
// files that the equations call by another (30, `?data`). All else is about windows and graphs. Without such
// lines nothing changes: Euler's method.
void read_settings(std::string_view text, Model& model);

}  // namespace flowyard::controller::model::vensim
