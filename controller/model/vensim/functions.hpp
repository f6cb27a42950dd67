// The functions that Vensim knows, by name, so that a mistyped one is told from a macro or a lookup. What we
// can compute is the compiler's business; a known function that it lacks is its error, not the reader's.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::model::vensim {

// In Vensim's spelling.
const std::vector<std::string>& known_functions();

bool is_known_function(const std::string& key);

}  // namespace flowyard::controller::model::vensim
