#include "controller/model/yaml/value_reader.hpp"

#include <cmath>
#include <utility>

#include "common/yaml/scalar.hpp"
#include "controller/model/formula/expression_parser.hpp"

namespace flowyard::controller::model::yaml {

using flowyard::yaml::Kind;

SourceLocation location_of(const FileLocation& location) {
  return {.file = 0, .line = location.line, .column = location.column};
}

void ValueReader::fail(DiagnosticCode code, std::string message, const FileLocation& location) {
  diagnostics_.error(location, code, std::move(message));
  entry_failed_ = true;
}

std::string ValueReader::text(const Node& node) {
  if (node.kind == Kind::Scalar) return node.text;
  fail(DiagnosticCode::WrongKind, "a text is expected here", node.location);
  return {};
}

std::string ValueReader::documentation(const Node& map) {
  const Node* doc = map.find("doc");
  if (!doc) doc = map.find("documentation");
  return doc ? text(*doc) : std::string();
}

std::optional<double> ValueReader::number_in(const Node& node) {
  const auto value = flowyard::yaml::number_of(node);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

double ValueReader::finite_number(const Node& node) {
  if (const auto value = number_in(node)) return *value;
  fail(DiagnosticCode::WrongKind, "a number is expected here", node.location);
  return 0;
}

bool ValueReader::truth(const Node& node) {
  if (node.kind == Kind::Scalar && (node.text == "true" || node.text == "false")) return node.text == "true";
  fail(DiagnosticCode::WrongKind, "true or false is expected here", node.location);
  return false;
}

Expression ValueReader::expression(const Node& node) {
  if (node.kind == Kind::Sequence) return list(node);
  if (node.kind != Kind::Scalar) {
    fail(DiagnosticCode::WrongKind, "a number or an expression is expected here", node.location);
    return {};
  }
  return take(formula::parse_expression(node.text, flowyard::yaml::location_in(node, 0)));
}

Expression ValueReader::take(Results<Expression> parsed) {
  if (parsed) return std::move(*parsed);
  diagnostics_.errors(parsed.error());
  entry_failed_ = true;
  return {};
}

// [1, 2] or [[1, 2], [3, 4]]: the values of an array, row by row.
Expression ValueReader::list(const Node& node) {
  std::vector<Expression> values;
  int row_length = static_cast<int>(node.items.size());
  for (const Node& item : node.items) {
    Expression value = expression(item);
    if (value.kind == Expression::Kind::ArrayLiteral) {
      row_length = value.row_length;
      for (Expression& inner : value.arguments) values.push_back(std::move(inner));
    } else {
      values.push_back(std::move(value));
    }
  }
  return array_literal(std::move(values), row_length, location_of(node.location));
}

}  // namespace flowyard::controller::model::yaml
