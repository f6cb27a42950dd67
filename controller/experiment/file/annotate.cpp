#include "controller/experiment/file/annotate.hpp"

#include <algorithm>
#include <array>

#include "controller/model/elements.hpp"
#include "controller/model/formula/expression_parser.hpp"

namespace flowyard::controller::experiment::file {
using experiment::Annotations;

namespace {

bool is_one_of(const auto& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Empty for what is more than a statistic of one variable.
std::string units_of_outcome(const Annotations& annotations, const std::string& text) {
  // A statistic has the units of what it is of; a time has those of time.
  static constexpr std::array<std::string_view, 8> kSame = {"first", "last", "min", "max",
                                                            "mean",  "std",  "sum", "value_at"};
  static constexpr std::array<std::string_view, 4> kTimes = {"time_of_max", "time_of_min", "first_time",
                                                             "last_time"};
  const auto parsed = model::formula::parse_expression(text, {});
  if (!parsed) return "";
  const auto* variable = &*parsed;
  if (variable->kind == model::Expression::Kind::Call) {
    if (is_one_of(kTimes, variable->name.key)) return annotations.time_units;
    // min(a, b) is the smaller of two and no statistic; only value_at(a, time) has a second argument.
    const std::size_t arguments = variable->name.key == "value_at" ? 2 : 1;
    if (!is_one_of(kSame, variable->name.key) || variable->arguments.size() != arguments) return "";
    variable = &variable->arguments.front();
  }
  if (variable->kind != model::Expression::Kind::Reference) return "";
  const auto found = annotations.units.find(variable->name.key);
  return found == annotations.units.end() ? "" : found->second;
}

}  // namespace

void annotate(Annotations& annotations, const model::Model& model) {
  for (const auto& variable : model.variables)
    if (!variable.units.empty()) annotations.units.emplace(variable.name.key, variable.units);
  if (annotations.time_units.empty()) annotations.time_units = model.time.units;
  for (const auto& dimension : model.dimensions)
    annotations.dimensions.emplace_back(dimension.name.display, model::elements_of(model, dimension.name));
}

void annotate(Annotations& annotations, const experiment::Outputs& outputs) {
  for (const auto& outcome : outputs.outcomes)
    annotations.outcome_units.push_back(units_of_outcome(annotations, outcome.expression));
}

}  // namespace flowyard::controller::experiment::file
