#include "controller/cli/model/settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "common/base/suggest.hpp"
#include "controller/cli/model/feed.hpp"

namespace flowyard::controller::cli {
namespace {

namespace engine = worker::engine;

std::string_view trimmed_blanks(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\n") - from + 1);
}

std::optional<double> number_of(std::string_view text) {
  text = trimmed_blanks(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0;;) {
    const auto at = text.find(separator, from);
    parts.push_back(trimmed_blanks(text.substr(from, at - from)));
    if (at == std::string_view::npos) return parts;
    from = at + 1;
  }
}

// Nesting within an array is ignored: [[1, 2], [3, 4]] is 1, 2, 3, 4.
std::optional<std::vector<double>> array_of(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '[' || c == ']'; }, ' ');
  std::vector<double> values;
  for (const auto part : parts_of(text, ',')) {
    const auto value = number_of(part);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<std::vector<SettingPoint>> points_of(std::string_view text) {
  std::vector<SettingPoint> points;
  for (const auto part : parts_of(text, ',')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto x = number_of(part.substr(0, colon)), y = number_of(part.substr(colon + 1));
    if (!x || !y) return std::nullopt;
    points.push_back({*x, *y});
  }
  return points;
}

// The `=` that ends the name; one within quotes or brackets belongs to it.
std::size_t end_of_name(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '=' && !quoted) return i;
  }
  return std::string_view::npos;
}

// "A1, b 2" as the engine's "A1,B2" may be compared.
std::string element_key(const std::string& element) {
  std::string key;
  for (const auto part : parts_of(element, ',')) key += (key.empty() ? "" : ",") + model::key_of(part);
  return key;
}

std::optional<std::size_t> position_of(const std::string& element, const std::vector<std::string>& elements) {
  const std::string key = element_key(element);
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (element_key(elements[i]) == key) return i;
  return std::nullopt;
}

Error no_element(const ModelSetting& setting, const std::vector<std::string>& elements) {
  if (elements.size() == 1 && elements.front().empty())
    return invalid("'" + setting.name + "' has no subscripts: set it as " + setting.name + "=...");
  return invalid("'" + setting.name + "' has no element '" + setting.element + "'" +
                 suggestion(setting.element, elements));
}

bool names_variable(const model::Model& model, const std::string& name, model::VariableKind kind) {
  return std::any_of(model.variables.begin(), model.variables.end(),
                     [&](const model::Variable& v) { return v.name == model::Name(name) && v.kind == kind; });
}

bool names_variable(const model::Model& model, const std::string& name) {
  return std::any_of(model.variables.begin(), model.variables.end(),
                     [&](const model::Variable& v) { return v.name == model::Name(name); });
}

Error not_settable(const ModelSetting& setting, const model::Model& model, const engine::Program& program) {
  const std::string& name = setting.name;
  if (names_variable(model, name, model::VariableKind::Stock))
    return invalid("'" + name + "' is a stock: set its value at the start with --initial " + name + "=...");
  if (names_variable(model, name, model::VariableKind::Data))
    return invalid("'" + name +
                   "' is fed with data: give it with --data FILE, or all of it as a number or a series");
  if (names_variable(model, name))
    return invalid("'" + name + "' is computed by the model, so it cannot be set");
  std::vector<std::string> known;
  for (const auto& parameter : program.parameters) known.push_back(parameter.name);
  return invalid("the model has no parameter '" + name + "'" + suggestion(name, known));
}

// One array under construction: settings of single elements come one by one.
struct Pending {
  std::string name;
  std::vector<double> values;
};

// Puts one setting into the values; elements counted as `elements` says.
std::optional<Error> put(const ModelSetting& setting, const std::vector<std::string>& elements,
                         Pending& pending) {
  if (const auto* values = std::get_if<std::vector<double>>(&setting.value)) {
    if (!setting.element.empty())
      return invalid("'" + setting.name + "[" + setting.element + "]' is one number");
    if (values->size() != elements.size())
      return invalid("'" + setting.name + "' has " + std::to_string(elements.size()) + " element(s), not " +
                     std::to_string(values->size()));
    pending.values = *values;
    return std::nullopt;
  }
  const double value = std::get<double>(setting.value);
  if (setting.element.empty()) {
    pending.values.assign(elements.size(), value);
    return std::nullopt;
  }
  const auto at = position_of(setting.element, elements);
  if (!at) return no_element(setting, elements);
  if (pending.values.empty())
    return invalid("'" + setting.name +
                   "' is a table for each element: give it a number or points as a whole");
  pending.values[*at] = value;
  return std::nullopt;
}

engine::SeriesParameter series_of(const std::string& name, const std::vector<SettingPoint>& points) {
  engine::SeriesParameter series{.name = name, .xs = {}, .ys = {{}}};
  for (const auto& point : points) {
    series.xs.push_back(point.x);
    series.ys.front().push_back(point.y);
  }
  return series;
}

// The stock's elements, in its own order; empty where there is no such stock.
std::vector<std::string> stock_elements(const engine::Program& program, const std::string& name) {
  std::vector<std::string> elements;
  for (const auto& stock : program.stocks)
    if (!stock.synthesized && engine::same_name(stock.name, name)) elements.push_back(stock.element);
  return elements;
}

std::vector<double> own_values(const engine::RunOutput& own, const std::string& name) {
  for (const auto& series : own.series)
    if (engine::same_name(series.name, name))
      return {series.values.begin(),
              series.values.begin() + static_cast<std::ptrdiff_t>(series.elements.size())};
  return {};
}

Error no_stock(const ModelSetting& setting, const engine::Program& program) {
  std::vector<std::string> known;
  for (const auto& stock : program.stocks)
    if (!stock.synthesized && (known.empty() || known.back() != stock.name)) known.push_back(stock.name);
  if (engine::find_parameter(program, setting.name) != nullptr)
    return invalid("'" + setting.name + "' is not a stock: set it with -p");
  return invalid("the model has no stock '" + setting.name + "'" + suggestion(setting.name, known));
}

// One column for each name, in the order of their first setting.
void add_columns(const std::vector<Pending>& pending, std::vector<engine::Column>& columns) {
  for (const auto& [name, values] : pending)
    columns.push_back({.name = name, .elements = values.size(), .values = values});
}

Pending& pending_for(std::vector<Pending>& all, const std::string& name,
                     const std::vector<double>& otherwise) {
  const auto same = [&](const Pending& p) { return engine::same_name(p.name, name); };
  const auto found = std::find_if(all.begin(), all.end(), same);
  return found != all.end() ? *found : all.emplace_back(Pending{name, otherwise});
}

// The same input set by two options is ambiguous.
void add_repeated(const std::vector<ModelSetting>& settings, const char* option, Errors& errors) {
  std::set<std::string> seen;
  for (const auto& setting : settings) {
    const std::string element = setting.element.empty() ? "" : "[" + setting.element + "]";
    if (!seen.insert(model::key_of(setting.name) + "[" + element_key(setting.element)).second)
      errors.push_back(invalid("'" + setting.name + element + "' is set twice by " + option));
  }
}

}  // namespace

Result<ModelSetting> parse_setting(std::string_view text) {
  const auto wrong = [&](const std::string& why) { return invalid("'" + std::string(text) + "': " + why); };
  const auto equals = end_of_name(text);
  if (equals == std::string_view::npos) return wrong("write it as name=value");
  auto name = trimmed_blanks(text.substr(0, equals));
  ModelSetting setting;
  if (const auto open = name.rfind('['); name.ends_with(']') && open != std::string_view::npos) {
    setting.element = std::string(trimmed_blanks(name.substr(open + 1, name.size() - open - 2)));
    name = trimmed_blanks(name.substr(0, open));
  }
  if (name.size() > 1 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
  setting.name = std::string(name);
  if (name.empty()) return wrong("there is no name before the =");
  const auto value = trimmed_blanks(text.substr(equals + 1));
  if (value.size() > 1 && value.front() == '[' && value.back() == ']') {
    auto values = array_of(std::string(value));
    if (!values) return wrong("an array is written [1, 2, 3]");
    setting.value = std::move(*values);
  } else if (value.size() > 1 && value.front() == '{' && value.back() == '}') {
    auto points = points_of(value.substr(1, value.size() - 2));
    if (!points) return wrong("a series over time is written {0: 10, 50: 20}");
    if (!setting.element.empty())
      return wrong("a series over time is for the whole of '" + setting.name + "'");
    setting.value = std::move(*points);
  } else if (const auto number = number_of(value)) {
    setting.value = *number;
  } else {
    return wrong("the value must be a number, an array [1, 2, 3] or a series {0: 10, 50: 20}");
  }
  return setting;
}

Results<void> set_parameters(const std::vector<ModelSetting>& settings, const model::Model& model,
                             const engine::Program& program, engine::RunInput& input) {
  Errors errors;
  add_repeated(settings, "-p", errors);
  std::vector<Pending> pending;
  for (const auto& setting : settings) {
    if (feeds_data(setting, model)) continue;
    const auto* parameter = engine::find_parameter(program, setting.name);
    if (parameter == nullptr) {
      errors.push_back(not_settable(setting, model, program));
    } else if (const auto* points = std::get_if<std::vector<SettingPoint>>(&setting.value)) {
      input.series_parameters.push_back(series_of(parameter->name, *points));
    } else if (auto error = put(setting, parameter->elements,
                                pending_for(pending, parameter->name, parameter->defaults))) {
      errors.push_back(std::move(*error));
    }
  }
  if (!errors.empty()) return errors;
  add_columns(pending, input.parameters);
  return {};
}

Results<void> set_initials(const std::vector<ModelSetting>& settings, const engine::Program& program,
                           const engine::RunOutput& own, engine::RunInput& input) {
  Errors errors;
  add_repeated(settings, "--initial", errors);
  std::vector<Pending> pending;
  for (const auto& setting : settings) {
    const auto elements = stock_elements(program, setting.name);
    if (elements.empty()) {
      errors.push_back(no_stock(setting, program));
    } else if (std::holds_alternative<std::vector<SettingPoint>>(setting.value)) {
      errors.push_back(invalid("'" + setting.name + "' has one value at the start, not a series over time"));
    } else if (auto error = put(setting, elements,
                                pending_for(pending, setting.name, own_values(own, setting.name)))) {
      errors.push_back(std::move(*error));
    }
  }
  if (!errors.empty()) return errors;
  add_columns(pending, input.initials);
  return {};
}

}  // namespace flowyard::controller::cli
