#include "controller/compiler/lower/graph.hpp"

#include <algorithm>
#include <bit>

#include "worker/engine/functions.hpp"

namespace flowyard::controller::compiler {

namespace fn = engine::fn;

bool computable(Opcode op) {
  switch (op) {
#define UNARY(Name, mnemonic, expression, meaning) \
  case Opcode::Name:                               \
    return true;
#define BINARY(Name, mnemonic, expression, meaning) UNARY(Name, mnemonic, expression, meaning)
#define TERNARY(Name, mnemonic, expression, meaning) UNARY(Name, mnemonic, expression, meaning)
#define SPECIAL(Name, mnemonic, operands, meaning) case Opcode::Name:
#define GATHERED(Name, mnemonic, operands, read, written, meaning) case Opcode::Name:
#include "worker/engine/opcodes.def"
    case Opcode::Count_:
      break;
  }
  return false;
}

double computed(Opcode op, double x, double y, double z) {
  switch (op) {
#define UNARY(Name, mnemonic, expression, meaning) \
  case Opcode::Name:                               \
    return expression;
#define BINARY(Name, mnemonic, expression, meaning) UNARY(Name, mnemonic, expression, meaning)
#define TERNARY(Name, mnemonic, expression, meaning) UNARY(Name, mnemonic, expression, meaning)
#define SPECIAL(Name, mnemonic, operands, meaning) case Opcode::Name:
#define GATHERED(Name, mnemonic, operands, read, written, meaning) case Opcode::Name:
#include "worker/engine/opcodes.def"
    case Opcode::Count_:
      break;
  }
  return fn::kNotAvailable;
}

void Graph::reserve(std::size_t nodes) {
  nodes_.reserve(nodes);
  index_.reserve(nodes);
}

NodeId Graph::intern(const Node& node) {
  std::uint64_t hash =
      mixed(static_cast<std::uint64_t>(node.kind) << 16U | static_cast<std::uint64_t>(node.op),
            std::uint64_t{node.a} << 32U | node.b);
  hash = mixed(hash, node.c);
  const auto next = static_cast<NodeId>(nodes_.size());
  const NodeId found = index_.find_or_add(hash, next, [&](NodeId other) { return nodes_[other] == node; });
  if (found != next) return found;
  if (nodes_.size() >= kMaxNodes) throw TooLarge{"more than 6,000,000 operations"};
  nodes_.push_back(node);
  return next;
}

NodeId Graph::literal(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto next = static_cast<std::uint32_t>(literals_.size());
  const auto same = [&](std::uint32_t other) {
    return std::bit_cast<std::uint64_t>(literals_[other]) == bits;
  };
  const std::uint32_t found = literal_index_.find_or_add(mixed(0, bits), next, same);
  if (found == next) literals_.push_back(value);
  return leaf(NodeKind::Literal, found);
}

NodeId Graph::leaf(NodeKind kind, std::uint32_t a, std::uint32_t b) {
  return intern({.kind = kind, .a = a, .b = b});
}

NodeId Graph::operation(Opcode op, std::uint32_t a, std::uint32_t b, std::uint32_t c, bool once_a_step) {
  const Node node{.kind = NodeKind::Operation, .op = op, .once_a_step = once_a_step, .a = a, .b = b, .c = c};
  if (!computable(op)) return intern(node);
  const std::uint32_t fields[] = {a, b, c};
  double values[3] = {};
  for (int i = 0; i < inputs_of(op); ++i) {
    if (!is_literal(fields[i])) {
      if (op == Opcode::Select && i > 0 && is_literal(a)) return literal_value(a) != 0 ? b : c;
      return intern(node);
    }
    values[i] = literal_value(fields[i]);
  }
  return literal(computed(op, values[0], values[1], values[2]));
}

std::uint32_t Graph::intern(const std::vector<NodeId>& operands) {
  std::uint64_t hash = operands.size();
  for (const NodeId operand : operands) hash = mixed(hash, operand);
  const auto next = static_cast<std::uint32_t>(lists_.size());
  const std::uint32_t found = list_index_.find_or_add(hash, next, [&](std::uint32_t other) {
    const auto first = operands_.begin() + lists_[other].first;
    return std::equal(operands.begin(), operands.end(), first, first + lists_[other].count);
  });
  if (found != next) return lists_[found].first;
  if (operands_.size() + operands.size() > kMaxNodes)
    throw TooLarge{"more than 6,000,000 operands of functions of arrays"};
  lists_.push_back(
      {static_cast<std::uint32_t>(operands_.size()), static_cast<std::uint32_t>(operands.size())});
  operands_.insert(operands_.end(), operands.begin(), operands.end());
  return lists_.back().first;
}

NodeId Graph::block(Opcode op, const std::vector<NodeId>& operands, std::uint32_t b, std::uint32_t c,
                    bool once_a_step) {
  return intern(
      {.kind = NodeKind::Block, .op = op, .once_a_step = once_a_step, .a = intern(operands), .b = b, .c = c});
}

}  // namespace flowyard::controller::compiler
