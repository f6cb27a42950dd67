// Keyword: the words that Vensim writes between colons, as :AND: or :THE CONDITION:.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flowyard::controller::model::vensim {

enum class Keyword : std::uint8_t {
  None,
  And,
  Or,
  Not,
  NotAvailable,
  Except,
  Interpolate,
  Raw,
  LookForward,
  HoldBackward,
  Macro,
  EndOfMacro,
  Condition,  // reality checks: :THE CONDITION:
  Implies,
  TestInput,
  Is,             // string variables
  Supplementary,  // where it stands in the equation by error
};

// The keyword of a word as it stands between the colons, in any case and spacing.
std::optional<Keyword> find_keyword(std::string_view word);

// ", did you mean ':RAW:'?", or empty where nothing is near.
std::string keyword_suggestion(std::string_view word);

}  // namespace flowyard::controller::model::vensim
