// The methods of integration by name: the one table that models, experiment files, the command line and
// workers read and write. Pure; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowyard {

// By number, as all enums of methods count.
inline constexpr std::array<const char*, 4> kIntegrationMethods = {"euler", "rk2", "rk4", "auto"};

// The number of a method by any of its names, without regard to case, blanks, '_', '-' and apostrophes;
// "auto" (adaptive steps) is also what others call rk45, gear and the like.
std::optional<std::size_t> integration_method(std::string_view name);

// The names that our own files and commands offer, in their exact spelling.
std::vector<std::string> integration_method_names();

// "unknown method 'rk5', did you mean 'rk4'?"
std::string unknown_integration_method(std::string_view name);

}  // namespace flowyard
