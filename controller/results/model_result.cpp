#include "controller/cli/model_result.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "controller/cli/failure.hpp"
#include "worker/compile/compile.hpp"
#include "worker/engine/runner.hpp"
#include "worker/model/elements.hpp"

namespace flowyard::controller::cli {
namespace {

namespace engine = worker::engine;
namespace model = worker::model;
using model::column_name;

bool is_unfed(const model::Variable& variable) {
  const auto has_none = [](const model::Equation& equation) {
    return equation.tables.empty() && !equation.expression.present();
  };
  return variable.kind == model::VariableKind::Data &&
         std::any_of(variable.equations.begin(), variable.equations.end(), has_none);
}

void add_cell(std::string& text, const std::string& cell, char separator) {
  if (cell.find_first_of("\"\r\n") == std::string::npos && cell.find(separator) == std::string::npos) {
    text += cell;
    return;
  }
  text += '"';
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  text += '"';
}

}  // namespace

std::vector<std::string> savable_names(const model::Model& model) {
  std::vector<std::string> names;
  for (const auto& variable : model.variables)
    if (variable.kind != model::VariableKind::Lookup && !is_unfed(variable))
      names.push_back(variable.name.display);
  return names;
}

std::shared_ptr<const engine::Program> compile_model(const model::Model& model,
                                                     const std::vector<std::string>& series) {
  worker::compile::CompileOptions options;
  options.series = series;
  auto compiled = worker::compile::compile(model, options);
  if (!compiled) throw CommandFailed(compiled.error());
  return std::make_shared<const engine::Program>(std::move(*compiled));
}

engine::RunOutput run_once(const std::shared_ptr<const engine::Program>& program,
                           const engine::RunInput& input) {
  engine::RunOutput output;
  engine::Runner runner(program);
  if (auto ran = runner.run(input, output); !ran) throw CommandFailed(ran.error());
  return output;
}

ModelResult result_of(const engine::RunOutput& output) {
  ModelResult result{output.times, {}, {}};
  for (const auto& series : output.series) {
    const std::size_t elements = series.elements.size();
    for (std::size_t e = 0; e < elements; ++e) {
      result.names.push_back(column_name(series.name, series.elements[e]));
      auto& column = result.columns.emplace_back();
      for (std::size_t t = 0; t < output.times.size(); ++t) column.push_back(series.values[t * elements + e]);
    }
  }
  return result;
}

std::string without_number(const ModelResult& result) {
  constexpr std::size_t most_named = 5;
  for (std::size_t t = 0; t < result.times.size(); ++t) {
    std::string named;
    std::size_t count = 0;
    for (std::size_t c = 0; c < result.columns.size(); ++c) {
      if (std::isfinite(result.columns[c][t])) continue;
      if (++count <= most_named) named += (named.empty() ? "'" : ", '") + result.names[c] + "'";
    }
    if (count == 0) continue;
    if (count > most_named) named += " and " + std::to_string(count - most_named) + " more";
    return "at time " + exact(result.times[t]) + " there is no finite number in " + named;
  }
  return {};
}

std::string exact(double value) {
  if (std::isnan(value)) return "";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::string separated(const ModelResult& result, char separator) {
  std::string text = "time";
  for (const auto& name : result.names) {
    text += separator;
    add_cell(text, name, separator);
  }
  text += '\n';
  for (std::size_t t = 0; t < result.times.size(); ++t) {
    text += exact(result.times[t]);
    for (const auto& column : result.columns) text += separator + exact(column[t]);
    text += '\n';
  }
  return text;
}

std::string json_of(const ModelResult& result) {
  nlohmann::ordered_json json;
  json["time"] = result.times;
  // nlohmann writes what is not finite as null. Its [] looks through all names before; no two are the same.
  nlohmann::ordered_json::object_t series;
  for (std::size_t i = 0; i < result.names.size(); ++i)
    series.emplace_back(result.names[i], result.columns[i]);
  json["series"] = std::move(series);
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace flowyard::controller::cli
