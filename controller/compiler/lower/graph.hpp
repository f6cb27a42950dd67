// Graph: scalar operations with equal ones made one (value numbering) and constant ones computed. Nodes only
// refer to nodes before them, so that the order of ids is an order of evaluation. Two graphs are made: one in
// which references between variables are still Ref nodes, then one in which they are resolved.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <vector>

#include "controller/compiler/budget.hpp"
#include "controller/compiler/lower/hash_index.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::compiler {

namespace engine = worker::engine;

using NodeId = std::uint32_t;
using engine::Opcode;

enum class NodeKind : std::uint8_t {
  Literal,    // a: index of literals
  Time,       //
  Parameter,  // a: parameter, b: element
  Stock,      // a: stock, during steps
  State,      // a: state, during steps
  Delay,      // a: delay line, during steps
  Captured,   // a: value kept from the start, during steps
  Ref,        // a: instance
  Reduction,  // a: reduction, at the end
  Operation,  // op, a, b, c as the opcode's operands say; slots are nodes
  Block,      // op; a: offset into operands (nodes); b, c as the opcode says
  Extract,    // a: block, b: which of its targets
};

struct Node {
  NodeKind kind = NodeKind::Literal;
  Opcode op = Opcode::Copy;
  bool once_a_step = false;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;

  bool operator==(const Node&) const = default;
};

class Graph {
 public:
  static constexpr std::size_t kMaxNodes = 6'000'000;  // more: TooLarge

  // Room for so many nodes, where that is known.
  void reserve(std::size_t nodes);

  NodeId literal(double value);
  NodeId leaf(NodeKind kind, std::uint32_t a = 0, std::uint32_t b = 0);
  NodeId operation(Opcode op, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0,
                   bool once_a_step = false);
  NodeId block(Opcode op, const std::vector<NodeId>& operands, std::uint32_t b, std::uint32_t c = 0,
               bool once_a_step = false);
  NodeId extract(NodeId block, std::uint32_t which) { return leaf(NodeKind::Extract, block, which); }

  const Node& at(NodeId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  bool is_literal(NodeId id) const { return nodes_[id].kind == NodeKind::Literal; }
  double literal_value(NodeId id) const { return literals_[nodes_[id].a]; }
  const std::vector<double>& literals() const { return literals_; }
  const std::vector<NodeId>& operands() const { return operands_; }

  // The nodes that a node reads, in order.
  template <class Function>
  void each_input(NodeId id, const Function& function) const;

 private:
  // A list of operands that blocks share.
  struct List {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  NodeId intern(const Node& node);
  std::uint32_t intern(const std::vector<NodeId>& operands);

  std::vector<Node> nodes_;
  HashIndex index_;
  std::vector<double> literals_;
  HashIndex literal_index_;
  std::vector<NodeId> operands_;
  std::vector<List> lists_;
  HashIndex list_index_;
};

// How many of an operation's fields a, b, c are nodes: they come first.
inline int inputs_of(Opcode op) {
  static constexpr auto kCounts = [] {
    constexpr const char* kKinds[] = {
#define UNARY(Name, mnemonic, expression, meaning) "s--",
#define BINARY(Name, mnemonic, expression, meaning) "ss-",
#define TERNARY(Name, mnemonic, expression, meaning) "sss",
#define SPECIAL(Name, mnemonic, operands, meaning) operands,
#define GATHERED(Name, mnemonic, operands, read, written, meaning) operands,
#include "worker/engine/opcodes.def"
    };
    std::array<std::uint8_t, std::size(kKinds)> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
      while (all[i] < 3 && kKinds[i][all[i]] == 's') ++all[i];
    return all;
  }();
  return kCounts[static_cast<std::size_t>(op)];
}

// `value` of an operation whose operands are known; only for the opcodes without a kernel of their own.
bool computable(Opcode op);
double computed(Opcode op, double x, double y, double z);

template <class Function>
void Graph::each_input(NodeId id, const Function& function) const {
  const Node node = nodes_[id];  // a copy: the function may add nodes
  if (node.kind == NodeKind::Extract) function(node.a);
  if (node.kind == NodeKind::Operation) {
    const std::uint32_t fields[] = {node.a, node.b, node.c};
    for (int i = 0; i < inputs_of(node.op); ++i) function(fields[i]);
  }
  if (node.kind == NodeKind::Block) {
    const auto count =
        engine::operands_of({.op = node.op, .once_a_step = 0, .target = 0, .a = 0, .b = node.b, .c = node.c});
    for (std::uint64_t i = 0; i < count; ++i) function(operands_[node.a + i]);
  }
}

}  // namespace flowyard::controller::compiler
