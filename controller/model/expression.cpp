#include "controller/model/expression.hpp"

#include <utility>

namespace flowyard::controller::model {
namespace {

Expression node(Expression::Kind kind, SourceLocation location) {
  Expression made;
  made.kind = kind;
  made.location = location;
  return made;
}

}  // namespace

Subscript subscript(Name name, SourceLocation location) {
  Subscript made;
  made.name = std::move(name);
  made.location = location;
  return made;
}

Expression number(double value, SourceLocation location) {
  auto made = node(Expression::Kind::Number, location);
  made.number = value;
  return made;
}

Expression not_available(SourceLocation location) {
  return node(Expression::Kind::NotAvailable, location);
}

Expression reference(Name name, std::vector<Subscript> subscripts, SourceLocation location) {
  auto made = node(Expression::Kind::Reference, location);
  made.name = std::move(name);
  made.subscripts = std::move(subscripts);
  return made;
}

Expression unary(UnaryOperator op, Expression operand, SourceLocation location) {
  auto made = node(Expression::Kind::Unary, location);
  made.unary = op;
  made.arguments.push_back(std::move(operand));
  return made;
}

Expression binary(BinaryOperator op, SourceLocation location) {
  auto made = node(Expression::Kind::Binary, location);
  made.binary = op;
  made.arguments.reserve(2);
  return made;
}

Expression binary(BinaryOperator op, Expression left, Expression right, SourceLocation location) {
  auto made = binary(op, location);
  made.arguments.push_back(std::move(left));
  made.arguments.push_back(std::move(right));
  return made;
}

Expression call(Name function, std::vector<Expression> arguments, SourceLocation location) {
  auto made = node(Expression::Kind::Call, location);
  made.name = std::move(function);
  made.arguments = std::move(arguments);
  return made;
}

Expression with_lookup(Expression x, Lookup table, SourceLocation location) {
  auto made = node(Expression::Kind::WithLookup, location);
  made.arguments.push_back(std::move(x));
  made.lookup = std::make_shared<const Lookup>(std::move(table));
  return made;
}

Expression lookup_literal(Lookup table, SourceLocation location) {
  auto made = node(Expression::Kind::LookupLiteral, location);
  made.lookup = std::make_shared<const Lookup>(std::move(table));
  return made;
}

Expression array_literal(std::vector<Expression> values, int row_length, SourceLocation location) {
  auto made = node(Expression::Kind::ArrayLiteral, location);
  made.arguments = std::move(values);
  made.row_length = row_length;
  return made;
}

Expression text(std::string value, SourceLocation location) {
  auto made = node(Expression::Kind::Text, location);
  made.text = std::move(value);
  return made;
}

Expression external(ExternalReference reference, SourceLocation location) {
  auto made = node(Expression::Kind::External, location);
  made.external = std::make_shared<const ExternalReference>(std::move(reference));
  return made;
}

}  // namespace flowyard::controller::model
