// The functions that Vensim knows, by name, so that a mistyped name is distinguished from a macro or a
// lookup. The compiler reports functions that are known and not supported.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::model::vensim {

// In Vensim's spelling.
const std::vector<std::string>& known_functions();

bool is_known_function(const std::string& key);

}  // namespace flowyard::controller::model::vensim
