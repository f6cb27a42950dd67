#include <algorithm>

#include "common/base/suggest.hpp"
#include "controller/compiler/compile.hpp"
#include "controller/experiment/file/model_names.hpp"
#include "controller/experiment/file/resolve.hpp"
#include "controller/model/formula/expression_parser.hpp"

namespace flowyard::controller::experiment::file {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The model's spelling of a variable that can be saved, with the text's own subscript: "population[ north]"
// is "Population[ north]". Nothing if there is no such variable.
std::optional<std::string> spelled(const std::string& text, const std::vector<std::string>& names) {
  const auto bracket = text.find('[');
  const model::Name wanted(text.substr(0, bracket));
  for (const auto& name : names)
    if (model::Name(name) == wanted) return name + (bracket == std::string::npos ? "" : text.substr(bracket));
  return std::nullopt;
}

// Every model must have the variable; the first one's spelling is kept.
std::optional<std::string> check_series(const ParsedText& series, const Models& models,
                                        model::Diagnostics& found) {
  std::optional<std::string> kept;
  for (const auto& loaded : models.all()) {
    const auto names = compiler::series_names(loaded.model);
    const auto name = spelled(series.text, names);
    if (!name) {
      found.error(series.node.location, DiagnosticCode::UnknownName,
                  "the model has no variable '" + series.text + "'" + suggestion(series.text, names));
      return std::nullopt;
    }
    if (!kept) kept = name;
  }
  return kept;
}

// Whether it asks for the time of something that may never happen. Trees are limited in depth.
bool asks_when(const model::Expression& e) {
  const bool here =
      e.kind == model::Expression::Kind::Call && (e.name.key == "first_time" || e.name.key == "last_time");
  return here || std::any_of(e.arguments.begin(), e.arguments.end(), asks_when);
}

// The stocks that all models have.
std::vector<StockName> common_stocks(const Models& models) {
  auto stocks = stocks_of(models.at(0).model);
  for (const auto& loaded : models.all()) {
    const auto others = stocks_of(loaded.model);
    std::erase_if(stocks, [&](const StockName& stock) {
      return std::none_of(others.begin(), others.end(), [&](const StockName& other) {
        return model::Name(stock.name) == model::Name(other.name) && stock.is_scalar == other.is_scalar;
      });
    });
  }
  return stocks;
}

experiment::Outputs default_outputs(const Models& models) {
  experiment::Outputs outputs;
  for (const auto& stock : common_stocks(models)) {
    outputs.series.push_back(stock.name);
    if (stock.is_scalar) outputs.outcomes.push_back({stock.name, "last(\"" + stock.name + "\")"});
  }
  return outputs;
}

}  // namespace

experiment::Outputs resolve_outputs(const ParsedOutputs& parsed, const Models& models, bool has_regions,
                                    model::Diagnostics& found) {
  const bool by_program = models.at(0).stands_in;
  if (!by_program && !parsed.files.empty())
    found.error(parsed.files_location, DiagnosticCode::WrongValue,
                "'files' are written by a program (runner: {command: ...}), and here the model is run");
  if (by_program && parsed.series.empty() && parsed.outcomes.empty() && parsed.files.empty())
    found.error(models.at(0).source.location, DiagnosticCode::WrongValue,
                "say what the program gives back: outputs: {series: [...], outcomes: {...}}");
  auto outputs = parsed.given || by_program ? experiment::Outputs{} : default_outputs(models);
  outputs.times = parsed.times;
  outputs.files = parsed.files;
  for (const auto& series : parsed.series) {
    const auto name = check_series(series, models, found);
    if (name && !contains(outputs.series, *name)) outputs.series.push_back(*name);
  }
  for (const auto& outcome : parsed.outcomes) {
    const auto expression = model::formula::parse_expression(outcome.expression.text, {});
    outputs.outcomes.push_back(
        {outcome.name, outcome.expression.text, expression.has_value() && asks_when(*expression)});
  }
  for (const auto& across : parsed.across_regions) {
    if (!has_regions)
      found.error(across.location, DiagnosticCode::WrongValue,
                  "'" + across.name + "' looks across regions, but the experiment has no 'regions:'");
    const auto name = check_series(across.series, models, found);
    if (!name) continue;
    if (!contains(outputs.series, *name)) outputs.series.push_back(*name);
    outputs.across_regions.push_back({across.name, across.aggregate, *name});
  }
  return outputs;
}

}  // namespace flowyard::controller::experiment::file
