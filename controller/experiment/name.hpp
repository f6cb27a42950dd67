// What can be the name of an experiment, scenario or region: it is used as a folder, as a container's label
// and in terminal output. Pure.
#pragma once

#include <string>
#include <string_view>

namespace flowyard::controller::experiment {

// 1 to 100 characters of UTF-8, none of them a control character, a slash or a backslash, the first one no
// blank, '.',
// '-' or '@'.
bool is_name(std::string_view text);

// "must have ...": the rule as part of an error message.
std::string name_rule();

}  // namespace flowyard::controller::experiment
