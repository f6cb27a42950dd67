// Numbers as text, independent of the locale. Pure.
#pragma once

#include <string>

namespace flowyard {

// The fewest digits that read back as the same double (std::to_chars): "0.1", "1e+300", "nan", "-inf".
std::string number_text(double number);

}  // namespace flowyard
