#include "controller/experiment/file/parameter_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/base/suggest.hpp"
#include "common/yaml/scalar.hpp"
#include "controller/experiment/file/distribution_reader.hpp"
#include "controller/experiment/file/fields.hpp"

namespace flowyard::controller::experiment::file {
namespace {

using experiment::Axis;
using experiment::ParameterValue;
using Read = std::optional<ParameterValue>;

constexpr double kMostSteps = 1e9;

Read listed(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  auto values = numbers_in(node, what, found);
  if (!values) return std::nullopt;
  Axis axis;
  axis.values = std::move(*values);
  return axis;
}

// Three numbers, the meaning of which is `meaning`: "[first, last, count]".
std::optional<std::vector<double>> three(const yaml::Node& node, const std::string& what,
                                         const std::string& meaning, model::Diagnostics& found) {
  auto numbers = numbers_in(node, what, found);
  if (!numbers || numbers->size() == 3) return numbers;
  found.error(node.location, DiagnosticCode::WrongArity,
              what + " needs three numbers, " + meaning + ", not " + std::to_string(numbers->size()));
  return std::nullopt;
}

Read spaced(const yaml::Node& node, const std::string& what, Axis::Spacing spacing,
            model::Diagnostics& found) {
  const auto numbers = three(node, what, "[first, last, count]", found);
  if (!numbers) return std::nullopt;
  const double count = numbers->at(2);
  if (count < 1 || count != std::trunc(count) || count > kMostSteps) {
    found.error(
        node.items[2].location, DiagnosticCode::WrongValue,
        "the count of " + what + " must be a whole number from 1 to 1000000000, not " + node.items[2].text);
    return std::nullopt;
  }
  const double first = numbers->at(0);
  const double last = numbers->at(1);
  if (spacing == Axis::Spacing::Logarithmic && !(first * last > 0)) {
    found.error(node.location, DiagnosticCode::WrongValue,
                "the ends of " + what +
                    " are values rather than exponents, of one sign and not 0: [0.01, 100, 5] gives "
                    "0.01, 0.1, 1, 10, 100");
    return std::nullopt;
  }
  Axis axis;
  axis.spacing = spacing;
  axis.first = first;
  axis.last = last;
  axis.count = static_cast<std::uint64_t>(count);
  return axis;
}

Read ranged(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  const auto numbers = three(node, what, "[first, last, step]", found);
  if (!numbers) return std::nullopt;
  const double first = numbers->at(0);
  const double step = numbers->at(2);
  // The last value is reached if it lies within a rounding error of a whole number of steps.
  const double steps = std::floor((numbers->at(1) - first) / step * (1 + 1e-12) + 1e-9);
  if (step == 0 || !(steps >= 0)) {
    found.error(node.location, DiagnosticCode::WrongValue,
                what + " never gets from its first to its last value with this step");
    return std::nullopt;
  }
  if (steps >= kMostSteps) {
    found.error(node.location, DiagnosticCode::TooLarge, what + " has more than 1000000000 values");
    return std::nullopt;
  }
  Axis axis;
  axis.spacing = Axis::Spacing::Linear;
  axis.first = first;
  axis.last = first + steps * step;
  axis.count = static_cast<std::uint64_t>(steps) + 1;
  return axis;
}

Read series(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  if (!node.is_mapping() || node.entries.empty()) {
    report_type(node, what, "a mapping of times to values such as {0: 10, 50: 20}", found);
    return std::nullopt;
  }
  experiment::Series shape;
  for (const auto& entry : node.entries) {
    // JSON has its keys in quotes, so a quoted time counts too.
    const yaml::Node key{
        .kind = yaml::Kind::Scalar, .text = entry.key, .location = entry.location, .entries = {}};
    const auto time = number_in(key, "each time of " + what, found);
    const auto value = number_in(entry.value, "each value of " + what, found);
    if (time && value) shape.points.push_back({*time, *value});
  }
  if (shape.points.size() != node.entries.size()) return std::nullopt;
  std::sort(shape.points.begin(), shape.points.end(), [](auto& a, auto& b) { return a.time < b.time; });
  const auto twice = std::adjacent_find(shape.points.begin(), shape.points.end(),
                                        [](auto& a, auto& b) { return a.time == b.time; });
  if (twice != shape.points.end()) {
    found.error(node.location, DiagnosticCode::DefinedTwice, what + " has two values at one time");
    return std::nullopt;
  }
  return shape;
}

// Nested lists of equal lengths, row by row into `array`.
bool collect(const yaml::Node& node, const std::string& what, std::size_t depth, experiment::Array& array,
             model::Diagnostics& found) {
  if (!node.is_sequence() || node.items.empty()) {
    report_type(node, what, "a list of numbers, or of lists of one length", found);
    return false;
  }
  const auto length = static_cast<std::uint32_t>(node.items.size());
  if (array.shape.size() == depth) array.shape.push_back(length);
  const bool nested = node.items.front().is_sequence();
  const bool shape_fits = array.shape[depth] == length && (nested || array.shape.size() == depth + 1);
  if (!shape_fits) {
    found.error(node.location, DiagnosticCode::WrongDimensions,
                "the lists of " + what + " must all have one length");
    return false;
  }
  for (const auto& item : node.items) {
    if (nested) {
      if (!collect(item, what, depth + 1, array, found)) return false;
      continue;
    }
    const auto number = number_in(item, "each value of " + what, found);
    if (!number) return false;
    array.values.push_back(*number);
  }
  return true;
}

Read arrayed(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  experiment::Array array;
  if (!collect(node, what, 0, array, found)) return std::nullopt;
  return array;
}

const std::array<const char*, 6> plain_shapes{"values", "linspace", "logspace", "range", "series", "array"};

std::vector<std::string> all_shapes() {
  std::vector<std::string> shapes(plain_shapes.begin(), plain_shapes.end());
  for (const auto& name : distribution_names()) shapes.push_back(name);
  return shapes;
}

// The one key that says what kind of value a mapping is; the others only modify it.
const yaml::Entry* shape_of(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  const auto shapes = all_shapes();
  const yaml::Entry* shape = nullptr;
  for (const auto& entry : node.entries) {
    if (std::find(shapes.begin(), shapes.end(), entry.key) == shapes.end()) continue;
    if (shape != nullptr) {
      found.error(entry.location, DiagnosticCode::WrongKind,
                  what + " cannot be both " + shape->key + " and " + entry.key);
      return nullptr;
    }
    shape = &entry;
  }
  if (shape != nullptr) return shape;
  const auto& first = node.entries.empty() ? std::string() : node.entries.front().key;
  const auto& location = node.entries.empty() ? node.location : node.entries.front().location;
  found.error(location, DiagnosticCode::UnknownKey,
              node.entries.empty()
                  ? what + " is an empty mapping" + suggestion("", shapes, shapes.size())
                  : "unknown key '" + first + "' in " + what + suggestion(first, shapes, shapes.size()));
  return nullptr;
}

Read mapped(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  const yaml::Entry* shape = shape_of(node, what, found);
  if (shape == nullptr) return std::nullopt;
  const auto& key = shape->key;
  const auto names = distribution_names();
  if (std::find(names.begin(), names.end(), key) != names.end())
    return read_distribution(node, *shape, what, found);
  Fields fields(node, what, found);
  const yaml::Node& value = *fields.find(key.c_str());
  fields.no_others();
  const std::string inner = "'" + key + "' of " + what;
  if (key == "values") return listed(value, inner, found);
  if (key == "linspace") return spaced(value, inner, Axis::Spacing::Linear, found);
  if (key == "logspace") return spaced(value, inner, Axis::Spacing::Logarithmic, found);
  if (key == "range") return ranged(value, inner, found);
  if (key == "series") return series(value, inner, found);
  return arrayed(value, inner, found);
}

// Vensim writes a name of odd letters in quotes, which are not of the name: "R&D"[north] is R&D[north].
std::string without_quotes(const std::string& name) {
  const auto end = name.starts_with('"') ? name.find('"', 1) : std::string::npos;
  const bool is_quoted =
      end != std::string::npos && end > 1 && (end + 1 == name.size() || name[end + 1] == '[');
  return is_quoted ? name.substr(1, end - 1) + name.substr(end + 1) : name;
}

}  // namespace

Read read_parameter_value(const yaml::Node& node, const std::string& what, model::Diagnostics& found) {
  if (node.is_sequence()) {
    const bool nested = std::any_of(node.items.begin(), node.items.end(),
                                    [](const yaml::Node& item) { return item.is_sequence(); });
    if (nested) {
      found.error(node.location, DiagnosticCode::WrongKind,
                  what + ": a list is an axis of numbers; write {array: [...]} for a subscripted one");
      return std::nullopt;
    }
    return listed(node, what, found);
  }
  if (node.is_mapping()) return mapped(node, what, found);
  if (!yaml::number_of(node)) {
    report_type(node, what, "a number, a list or a mapping", found);
    return std::nullopt;
  }
  const auto number = number_in(node, what, found);
  if (!number) return std::nullopt;
  return experiment::Fixed{*number};
}

void read_parameters(const yaml::Node& node, experiment::Target target,
                     std::vector<ParsedParameter>& parameters, model::Diagnostics& found) {
  const bool initial = target == experiment::Target::InitialValue;
  if (!node.is_mapping() && !node.is_null()) {
    report_type(node, initial ? "'initial'" : "'parameters'", "a mapping", found);
    return;
  }
  for (const auto& entry : node.entries) {
    if (entry.key.empty()) {
      found.error(entry.location, DiagnosticCode::Missing, "a name is empty");
      continue;
    }
    const auto value = read_parameter_value(entry.value, "'" + entry.key + "'", found);
    if (!value) continue;
    if (initial && std::holds_alternative<experiment::Series>(*value)) {
      found.error(entry.value.location, DiagnosticCode::WrongValue,
                  "'" + entry.key + "': an initial value cannot be a series");
      continue;
    }
    parameters.push_back({{without_quotes(entry.key), target, *value}, entry.location, entry.value.location});
  }
}

}  // namespace flowyard::controller::experiment::file
