// What can be the name of an experiment, scenario or region: it becomes a folder, a container's label and a
// word on somebody's terminal. Pure.
#pragma once

#include <string>
#include <string_view>

namespace flowyard::controller::experiment {

// 1 to 100 characters of UTF-8, none of them a control character, a slash or a backslash, the first one no
// blank, '.',
// '-' or '@'.
bool is_name(std::string_view text);

// "must have ...": the same, for whoever gave another.
std::string name_rule();

}  // namespace flowyard::controller::experiment
