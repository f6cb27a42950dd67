#include "controller/results/row_filter.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "common/base/suggest.hpp"
#include "controller/model/formula/expression_parser.hpp"

namespace flowyard::controller::results {

using model::BinaryOperator;
using model::Expression;
using model::UnaryOperator;

Result<std::size_t> find_column(std::string_view name, const std::vector<ResultColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  const auto key = model::key_of(name);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (model::key_of(columns[i].name) == key) return i;
  }
  std::vector<std::string> known;
  std::string folded;  // of an outcome whose samples are folded
  for (const auto& column : columns) {
    known.push_back(column.name);
    if (column.name.starts_with(std::string(name) + "."))
      folded += (folded.empty() ? "" : ", ") + column.name;
  }
  if (!folded.empty())
    return invalid("there is no column '" + std::string(name) + "', since its samples are folded: " + folded);
  return invalid("there is no column '" + std::string(name) + "'" + suggestion(name, known, 24));
}

// Makes nodes of expressions; throws the first mistake, which create() catches.
class RowFilter::Checker {
 public:
  struct Failure {
    Error error;
  };

  explicit Checker(const std::vector<ResultColumn>& columns) : columns_(columns) {}

  Node truth(const Expression& e) const {
    if (e.kind == Expression::Kind::Unary && e.unary == UnaryOperator::Not)
      return operation(Operator::Not, truth(e.arguments[0]));
    if (e.kind != Expression::Kind::Binary) fail(e, "a comparison is meant here, such as x > 1");
    const auto& left = e.arguments[0];
    const auto& right = e.arguments[1];
    switch (e.binary) {
      case BinaryOperator::And:
        return operation(Operator::And, truth(left), truth(right));
      case BinaryOperator::Or:
        return operation(Operator::Or, truth(left), truth(right));
      case BinaryOperator::Less:
        return operation(Operator::Less, number(left), number(right));
      case BinaryOperator::LessEqual:
        return operation(Operator::LessEqual, number(left), number(right));
      case BinaryOperator::Greater:
        return operation(Operator::Greater, number(left), number(right));
      case BinaryOperator::GreaterEqual:
        return operation(Operator::GreaterEqual, number(left), number(right));
      case BinaryOperator::Equal:
        return equality(left, right, Operator::Equal, Operator::SameText, Operator::Absent);
      case BinaryOperator::NotEqual:
        return equality(left, right, Operator::NotEqual, Operator::OtherText, Operator::Present);
      default:
        fail(e, "a comparison is meant here, such as x > 1, not a number");
    }
  }

 private:
  [[noreturn]] static void fail(const Expression& e, const std::string& what) {
    throw Failure{invalid(what, {.file = "where", .line = e.location.line, .column = e.location.column})};
  }

  template <class... Nodes>
  static Node operation(Operator op, Nodes... nodes) {
    Node node{.kind = Kind::Operation, .operation = op};
    (node.operands.push_back(std::move(nodes)), ...);
    return node;
  }

  static bool is_name(const Expression& e) {
    return e.kind == Expression::Kind::Reference && e.subscripts.empty();
  }

  std::optional<std::size_t> column(const Expression& e, ColumnKind kind) const {
    if (!is_name(e)) return std::nullopt;
    const auto found = find_column(e.name.display, columns_);
    return found && columns_[*found].kind == kind ? std::optional(*found) : std::nullopt;
  }

  bool is_text_column(const Expression& e) const { return column(e, ColumnKind::Text).has_value(); }

  Node equality(const Expression& left, const Expression& right, Operator numbers, Operator texts,
                Operator absence) const {
    for (const auto& [one, other] : {std::pair(&left, &right), std::pair(&right, &left)}) {
      if (one->kind != Expression::Kind::NotAvailable) continue;
      return operation(absence, is_text_column(*other) ? text(*other) : number(*other));
    }
    if (is_text_column(left) || is_text_column(right)) return operation(texts, text(left), text(right));
    return operation(numbers, number(left), number(right));
  }

  Node text(const Expression& e) const {
    if (const auto at = column(e, ColumnKind::Text)) return {.kind = Kind::TextColumn, .column = *at};
    if (e.kind == Expression::Kind::Text) return {.kind = Kind::Text, .text = e.text};
    if (is_name(e)) return {.kind = Kind::Text, .text = e.name.display};
    fail(e, "a text is meant here, such as \"north\"");
  }

  Node number(const Expression& e) const {
    switch (e.kind) {
      case Expression::Kind::Number:
        return {.kind = Kind::Number, .number = e.number};
      case Expression::Kind::Reference:
        if (is_name(e)) return number_column(e);
        break;
      case Expression::Kind::Unary:
        if (e.unary == UnaryOperator::Plus) return number(e.arguments[0]);
        if (e.unary == UnaryOperator::Minus) return operation(Operator::Negate, number(e.arguments[0]));
        break;
      case Expression::Kind::Binary:
        if (const auto op = arithmetic(e.binary))
          return operation(*op, number(e.arguments[0]), number(e.arguments[1]));
        break;
      case Expression::Kind::Text:
        fail(e, "a text can be compared with == and != and with a column of text only");
      default:
        fail(e, "a column or a number is meant here: functions have no meaning in a filter");
    }
    fail(e, "a number is meant here");
  }

  Node number_column(const Expression& e) const {
    const auto found = find_column(e.name.display, columns_);
    if (!found) fail(e, found.error().message);
    if (columns_[*found].kind == ColumnKind::Text)
      fail(e, "the column '" + columns_[*found].name + "' has texts: compare it with == or !=");
    return {.kind = Kind::NumberColumn, .column = *found};
  }

  static std::optional<Operator> arithmetic(BinaryOperator op) {
    switch (op) {
      case BinaryOperator::Add:
        return Operator::Add;
      case BinaryOperator::Subtract:
        return Operator::Subtract;
      case BinaryOperator::Multiply:
        return Operator::Multiply;
      case BinaryOperator::Divide:
        return Operator::Divide;
      case BinaryOperator::Power:
        return Operator::Power;
      case BinaryOperator::Modulo:
        return Operator::Modulo;
      default:
        return std::nullopt;
    }
  }

  const std::vector<ResultColumn>& columns_;
};

Results<RowFilter> RowFilter::create(std::string_view text, const std::vector<ResultColumn>& columns) {
  const auto expression = model::formula::parse_expression(text, {.file = "where", .line = 1, .column = 1});
  if (!expression) return expression.error();
  try {
    RowFilter filter;
    filter.root_ = Checker(columns).truth(*expression);
    return filter;
  } catch (const Checker::Failure& failure) {
    return Errors{failure.error};
  }
}

bool RowFilter::lets_through(const std::vector<Cell>& cells) const {
  return is_open() || truth_of(root_, cells);
}

bool RowFilter::truth_of(const Node& node, const std::vector<Cell>& cells) {
  const auto& of = node.operands;
  const auto number = [&](std::size_t i) { return number_of(of[i], cells); };
  const auto text = [&](std::size_t i) { return text_of(of[i], cells); };
  const auto is_absent = [&] {
    const bool is_text = of[0].kind == Kind::TextColumn || of[0].kind == Kind::Text;
    return is_text ? text(0) == nullptr : std::isnan(number(0));
  };
  switch (node.operation) {
    case Operator::And:
      return truth_of(of[0], cells) && truth_of(of[1], cells);
    case Operator::Or:
      return truth_of(of[0], cells) || truth_of(of[1], cells);
    case Operator::Not:
      return !truth_of(of[0], cells);
    case Operator::Less:
      return number(0) < number(1);
    case Operator::LessEqual:
      return number(0) <= number(1);
    case Operator::Greater:
      return number(0) > number(1);
    case Operator::GreaterEqual:
      return number(0) >= number(1);
    case Operator::Equal:
      return number(0) == number(1);
    case Operator::NotEqual:
      return number(0) < number(1) || number(0) > number(1);  // neither, where one is NaN
    case Operator::SameText:
      return text(0) && text(1) && *text(0) == *text(1);
    case Operator::OtherText:
      return text(0) && text(1) && *text(0) != *text(1);
    case Operator::Absent:
      return is_absent();
    case Operator::Present:
      return !is_absent();
    default:
      return false;
  }
}

double RowFilter::number_of(const Node& node, const std::vector<Cell>& cells) {
  if (node.kind == Kind::Number) return node.number;
  if (node.kind == Kind::NumberColumn) {
    const auto* number = std::get_if<double>(&cells[node.column]);
    return number ? *number : std::numeric_limits<double>::quiet_NaN();
  }
  const double a = number_of(node.operands[0], cells);
  if (node.operation == Operator::Negate) return -a;
  const double b = number_of(node.operands[1], cells);
  switch (node.operation) {
    case Operator::Add:
      return a + b;
    case Operator::Subtract:
      return a - b;
    case Operator::Multiply:
      return a * b;
    case Operator::Divide:
      return a / b;
    case Operator::Power:
      return std::pow(a, b);
    case Operator::Modulo:
      return a - b * std::floor(a / b);
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

const std::string* RowFilter::text_of(const Node& node, const std::vector<Cell>& cells) {
  return node.kind == Kind::Text ? &node.text : std::get_if<std::string>(&cells[node.column]);
}

}  // namespace flowyard::controller::results
