// "Did you mean": the nearest known names to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowyard {

// The known name with the least Damerau-Levenshtein distance (optimal string alignment, ignoring ASCII
// case) to `name`, if that distance is at most a third of its length (at least 1 is allowed, but some of the
// name must be right).
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& known);

// ", did you mean 'X'?" or, where nothing is near and there are at most `list_up_to` names,
// " (known: a, b, c)"; empty otherwise.
std::string suggestion(std::string_view name, const std::vector<std::string>& known,
                       std::size_t list_up_to = 12);

}  // namespace flowyard
