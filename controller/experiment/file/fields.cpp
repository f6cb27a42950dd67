#include "controller/experiment/file/fields.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/suggest.hpp"
#include "common/yaml/scalar.hpp"
#include "controller/experiment/file/quantity.hpp"

namespace flowyard::controller::experiment::file {

Fields::Fields(const yaml::Node& node, const std::string& what, model::Diagnostics& found)
    : node_(node), what_(what), found_(found) {
  if (!node.is_mapping() && !node.is_null()) report_type(node, what, "a mapping", found);
}

const yaml::Node* Fields::find(const char* key) {
  known_.emplace_back(key);
  return node_.find(key);
}

const yaml::Node* Fields::require(const char* key) {
  const yaml::Node* value = find(key);
  if (value == nullptr && (node_.is_mapping() || node_.is_null()))
    found_.error(node_.location, DiagnosticCode::Missing, what_ + " needs the key '" + key + "'");
  return value;
}

void Fields::no_others() {
  for (const auto& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    found_.error(
        entry.location, DiagnosticCode::UnknownKey,
        "unknown key '" + entry.key + "' in " + what_ + suggestion(entry.key, known_, known_.size()));
  }
}

void report_type(const yaml::Node& node, const std::string& what, const std::string& wanted,
                 model::Diagnostics& found) {
  found.error(node.location, DiagnosticCode::WrongKind,
              what + " must be " + wanted + ", not " + describe(node));
}

std::optional<double> number_in(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  const auto number = yaml::number_of(node);
  if (!number) {
    report_type(node, what, "a number", found);
    return std::nullopt;
  }
  if (!std::isfinite(*number)) {
    found.error(node.location, DiagnosticCode::WrongValue,
                what + " must be a finite number, not " + node.text);
    return std::nullopt;
  }
  return number;
}

std::optional<double> positive_in(const yaml::Node& node, const std::string& what,
                                  model::Diagnostics& found) {
  const auto number = number_in(node, what, found);
  if (!number || *number > 0) return number;
  found.error(node.location, DiagnosticCode::WrongValue, what + " must be above 0, not " + node.text);
  return std::nullopt;
}

std::optional<std::int64_t> whole_in(const yaml::Node& node, const std::string& what, WholeRange range,
                                     model::Diagnostics& found) {
  const auto number = yaml::integer_of(node);
  if (!number) {
    report_type(node, what, "a whole number", found);
    return std::nullopt;
  }
  if (*number >= range.least && *number <= range.most) return number;
  const std::string bound = *number < range.least ? "at least " + std::to_string(range.least)
                                                  : "at most " + std::to_string(range.most);
  found.error(node.location, DiagnosticCode::WrongKind, what + " must be " + bound + ", not " + node.text);
  return std::nullopt;
}

std::optional<std::string> text_in(const yaml::Node& node, const std::string& what,
                                   model::Diagnostics& found) {
  if (!node.is_scalar()) {
    report_type(node, what, "a text", found);
    return std::nullopt;
  }
  if (yaml::number_of(node) || yaml::boolean_of(node)) {
    found.error(node.location, DiagnosticCode::WrongKind,
                what + " must be a text, not " + describe(node) + "; put it in quotes");
    return std::nullopt;
  }
  if (node.text.empty()) {
    found.error(node.location, DiagnosticCode::Missing, what + " is empty");
    return std::nullopt;
  }
  return node.text;
}

std::optional<std::string> name_in(const yaml::Node& node, const std::string& what,
                                   model::Diagnostics& found) {
  auto text = text_in(node, what, found);
  if (!text || is_name(*text)) return text;
  found.error(node.location, DiagnosticCode::WrongValue, what + " " + name_rule());
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> duration_in(const yaml::Node& node, const std::string& what,
                                                     Zero zero, model::Diagnostics& found) {
  const auto duration = node.is_scalar() ? duration_of(node.text) : std::nullopt;
  if (!duration) {
    report_type(node, what, "a duration such as 500ms, 30s, 5m, 2h or 1d", found);
    return std::nullopt;
  }
  if (zero == Zero::Allowed || duration->count() > 0) return duration;
  found.error(node.location, DiagnosticCode::WrongValue, what + " must be longer than 0");
  return std::nullopt;
}

std::optional<std::vector<double>> numbers_in(const yaml::Node& node, const std::string& what,
                                              model::Diagnostics& found) {
  if (!node.is_sequence()) {
    report_type(node, what, "a list of numbers", found);
    return std::nullopt;
  }
  if (node.items.empty()) {
    found.error(node.location, DiagnosticCode::Missing, what + " is an empty list");
    return std::nullopt;
  }
  std::vector<double> numbers;
  for (const auto& item : node.items)
    if (const auto number = number_in(item, "each value of " + what, found)) numbers.push_back(*number);
  if (numbers.size() != node.items.size()) return std::nullopt;
  return numbers;
}

std::optional<std::size_t> word_index(const yaml::Node& node, const std::string& what,
                                      const std::vector<std::string>& words, model::Diagnostics& found) {
  if (node.is_scalar())
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] == node.text) return i;
  if (!node.is_scalar()) {
    report_type(node, what, "one word" + suggestion("", words, words.size()), found);
  } else {
    found.error(node.location, DiagnosticCode::UnknownWord,
                what + " cannot be '" + node.text + "'" + suggestion(node.text, words, words.size()));
  }
  return std::nullopt;
}

}  // namespace flowyard::controller::experiment::file
