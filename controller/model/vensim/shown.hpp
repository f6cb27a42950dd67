// shown: text of a model file as it stands in a message. Pure.
#pragma once

#include <string>
#include <string_view>

namespace flowyard::controller::model::vensim {

// The text as one short line for a message: blanks squeezed, cut after some 40 characters, in single quotes.
std::string shown(std::string_view text);

}  // namespace flowyard::controller::model::vensim
