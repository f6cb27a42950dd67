#include "controller/model/vensim/keyword.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "common/base/suggest.hpp"
#include "controller/model/name.hpp"

namespace flowyard::controller::model::vensim {
namespace {

struct KeywordEntry {
  std::string_view key;
  Keyword keyword;
};

constexpr std::array<KeywordEntry, 18> kKeywords = {{
    {"and", Keyword::And},
    {"or", Keyword::Or},
    {"not", Keyword::Not},
    {"na", Keyword::NotAvailable},
    {"except", Keyword::Except},
    {"interpolate", Keyword::Interpolate},
    {"raw", Keyword::Raw},
    {"look_forward", Keyword::LookForward},
    {"hold_backward", Keyword::HoldBackward},
    {"macro", Keyword::Macro},
    {"end_of_macro", Keyword::EndOfMacro},
    {"the_condition", Keyword::Condition},
    {"condition", Keyword::Condition},
    {"implies", Keyword::Implies},
    {"test_input", Keyword::TestInput},
    {"is", Keyword::Is},
    {"supplementary", Keyword::Supplementary},
    {"sup", Keyword::Supplementary},
}};

}  // namespace

std::optional<Keyword> find_keyword(std::string_view word) {
  const std::string key = key_of(word);
  for (const auto& entry : kKeywords) {
    if (entry.key == key) return entry.keyword;
  }
  return std::nullopt;
}

std::string keyword_suggestion(std::string_view word) {
  std::vector<std::string> known;
  for (const auto& entry : kKeywords) {
    std::string name = ":" + std::string(entry.key) + ":";
    std::replace(name.begin(), name.end(), '_', ' ');
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    known.push_back(std::move(name));
  }
  return suggestion(word, known, 0);
}

}  // namespace flowyard::controller::model::vensim
