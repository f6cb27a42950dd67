#include "worker/compile/graph.hpp"

#include <bit>

#include "worker/engine/functions.hpp"

namespace flowyard::worker::compile {

namespace fn = engine::fn;

bool computable(Opcode op) {
  switch (op) {
#define UNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define BINARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define TERNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define SPECIAL(Name, mnemonic, operands, meaning)
#include "worker/engine/opcodes.def"
#undef UNARY
#undef BINARY
#undef TERNARY
#undef SPECIAL
    return true;
    default:
      return false;
  }
}

double computed(Opcode op, double x, double y, double z) {
  switch (op) {
#define UNARY(Name, mnemonic, expression, meaning) \
  case Opcode::Name:                               \
    return expression;
#define BINARY(Name, mnemonic, expression, meaning) UNARY(Name, mnemonic, expression, meaning)
#define TERNARY(Name, mnemonic, expression, meaning) UNARY(Name, mnemonic, expression, meaning)
#define SPECIAL(Name, mnemonic, operands, meaning)
#include "worker/engine/opcodes.def"
#undef UNARY
#undef BINARY
#undef TERNARY
#undef SPECIAL
    default:
      return fn::not_available;
  }
}

std::size_t Graph::Hash::operator()(const Node& node) const {
  std::uint64_t h = static_cast<std::uint64_t>(node.kind) << 16U | static_cast<std::uint64_t>(node.op);
  for (const std::uint64_t field : {std::uint64_t{node.a}, std::uint64_t{node.b}, std::uint64_t{node.c}}) {
    h = (h ^ field) * 0x9E3779B97F4A7C15U;
    h ^= h >> 29U;
  }
  return static_cast<std::size_t>(h);
}

NodeId Graph::intern(const Node& node) {
  const auto [entry, is_new] = index_.try_emplace(node, static_cast<NodeId>(nodes_.size()));
  if (is_new) {
    if (nodes_.size() >= max_nodes) throw TooLarge{};
    nodes_.push_back(node);
  }
  return entry->second;
}

NodeId Graph::literal(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto [entry, is_new] = literal_index_.try_emplace(bits, static_cast<std::uint32_t>(literals_.size()));
  if (is_new) literals_.push_back(value);
  return leaf(NodeKind::Literal, entry->second);
}

NodeId Graph::leaf(NodeKind kind, std::uint32_t a, std::uint32_t b) {
  return intern({.kind = kind, .a = a, .b = b});
}

NodeId Graph::operation(Opcode op, std::uint32_t a, std::uint32_t b, std::uint32_t c, bool once_a_step) {
  const Node node{.kind = NodeKind::Operation, .op = op, .once_a_step = once_a_step, .a = a, .b = b, .c = c};
  if (!computable(op)) return intern(node);
  const char* kinds = engine::info(op).operands;
  const std::uint32_t fields[] = {a, b, c};
  double values[3] = {};
  for (int i = 0; i < 3 && kinds[i] == 's'; ++i) {
    if (!is_literal(fields[i])) {
      if (op == Opcode::Select && i > 0 && is_literal(a)) return literal_value(a) != 0 ? b : c;
      return intern(node);
    }
    values[i] = literal_value(fields[i]);
  }
  return literal(computed(op, values[0], values[1], values[2]));
}

NodeId Graph::block(Opcode op, const std::vector<NodeId>& operands, std::uint32_t b, std::uint32_t c,
                    bool once_a_step) {
  const auto [entry, is_new] =
      operand_index_.try_emplace(operands, static_cast<std::uint32_t>(operands_.size()));
  if (is_new) {
    if (operands_.size() + operands.size() > max_nodes) throw TooLarge{};
    operands_.insert(operands_.end(), operands.begin(), operands.end());
  }
  return intern(
      {.kind = NodeKind::Block, .op = op, .once_a_step = once_a_step, .a = entry->second, .b = b, .c = c});
}

}  // namespace flowyard::worker::compile
