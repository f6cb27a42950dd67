// Reading typed values out of the YAML tree: each function reports what is wrong, with its place, and then
// gives nothing. `what` names the value in messages: "'seed'". Called by the readers of sections; one
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/yaml/tree.hpp"
#include "controller/experiment/name.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

// A mapping whose keys are all known: what is asked for with find() is known, and no_others() reports the
// rest. A key without a value, and no mapping at all, count as absent for sections that may be empty.
class Fields {
 public:
  Fields(const yaml::Node& node, const std::string& what, model::Diagnostics& found);

  const yaml::Node* find(const char* key);
  // Reports the key as missing.
  const yaml::Node* require(const char* key);
  void no_others();

 private:
  const yaml::Node& node_;
  std::string what_;
  model::Diagnostics& found_;
  std::vector<std::string> known_;
};

// "'stop' must be a number, not the text 'x'".
void report_type(const yaml::Node& node, const std::string& what, const std::string& wanted,
                 model::Diagnostics& found);

// Neither infinite nor not-a-number.
std::optional<double> number_in(const yaml::Node& node, const std::string& what, model::Diagnostics& found);

std::optional<double> positive_in(const yaml::Node& node, const std::string& what, model::Diagnostics& found);

struct WholeRange {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};
std::optional<std::int64_t> whole_in(const yaml::Node& node, const std::string& what, WholeRange range,
                                     model::Diagnostics& found);

// A text; a plain number or boolean is not one, so that a name is never read as something else.
std::optional<std::string> text_in(const yaml::Node& node, const std::string& what,
                                   model::Diagnostics& found);

// A text that can be the name of an experiment, scenario or region.
std::optional<std::string> name_in(const yaml::Node& node, const std::string& what,
                                   model::Diagnostics& found);

enum class Zero { Allowed, Refused };
std::optional<std::chrono::milliseconds> duration_in(const yaml::Node& node, const std::string& what,
                                                     Zero zero, model::Diagnostics& found);

std::optional<std::vector<double>> numbers_in(const yaml::Node& node, const std::string& what,
                                              model::Diagnostics& found);

// One of a few words.
template <class Value>
using Words = std::vector<std::pair<std::string, Value>>;

std::optional<std::size_t> word_index(const yaml::Node& node, const std::string& what,
                                      const std::vector<std::string>& words, model::Diagnostics& found);

template <class Value>
std::optional<Value> word_in(const yaml::Node& node, const std::string& what, const Words<Value>& words,
                             model::Diagnostics& found) {
  std::vector<std::string> texts;
  for (const auto& [text, value] : words) texts.push_back(text);
  const auto index = word_index(node, what, texts, found);
  if (!index) return std::nullopt;
  return words[*index].second;
}

}  // namespace flowyard::controller::experiment::file
