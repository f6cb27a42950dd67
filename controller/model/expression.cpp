#include "controller/model/expression.hpp"

#include <utility>

namespace flowyard::controller::model {
namespace {

Expression node(Expression::Kind kind, Place place) {
  Expression made;
  made.kind = kind;
  made.place = place;
  return made;
}

}  // namespace

Subscript subscript(Name name, Place place) {
  Subscript made;
  made.name = std::move(name);
  made.place = place;
  return made;
}

Expression number(double value, Place place) {
  auto made = node(Expression::Kind::Number, place);
  made.number = value;
  return made;
}

Expression not_available(Place place) {
  return node(Expression::Kind::NotAvailable, place);
}

Expression reference(Name name, std::vector<Subscript> subscripts, Place place) {
  auto made = node(Expression::Kind::Reference, place);
  made.name = std::move(name);
  made.subscripts = std::move(subscripts);
  return made;
}

Expression unary(UnaryOperator op, Expression operand, Place place) {
  auto made = node(Expression::Kind::Unary, place);
  made.unary = op;
  made.arguments.push_back(std::move(operand));
  return made;
}

Expression binary(BinaryOperator op, Place place) {
  auto made = node(Expression::Kind::Binary, place);
  made.binary = op;
  made.arguments.reserve(2);
  return made;
}

Expression binary(BinaryOperator op, Expression left, Expression right, Place place) {
  auto made = binary(op, place);
  made.arguments.push_back(std::move(left));
  made.arguments.push_back(std::move(right));
  return made;
}

Expression call(Name function, std::vector<Expression> arguments, Place place) {
  auto made = node(Expression::Kind::Call, place);
  made.name = std::move(function);
  made.arguments = std::move(arguments);
  return made;
}

Expression with_lookup(Expression x, Lookup table, Place place) {
  auto made = node(Expression::Kind::WithLookup, place);
  made.arguments.push_back(std::move(x));
  made.lookup = std::make_shared<const Lookup>(std::move(table));
  return made;
}

Expression lookup_literal(Lookup table, Place place) {
  auto made = node(Expression::Kind::LookupLiteral, place);
  made.lookup = std::make_shared<const Lookup>(std::move(table));
  return made;
}

Expression array_literal(std::vector<Expression> values, int row_length, Place place) {
  auto made = node(Expression::Kind::ArrayLiteral, place);
  made.arguments = std::move(values);
  made.row_length = row_length;
  return made;
}

Expression text(std::string value, Place place) {
  auto made = node(Expression::Kind::Text, place);
  made.text = std::move(value);
  return made;
}

Expression external(ExternalReference reference, Place place) {
  auto made = node(Expression::Kind::External, place);
  made.external = std::make_shared<const ExternalReference>(std::move(reference));
  return made;
}

}  // namespace flowyard::controller::model
