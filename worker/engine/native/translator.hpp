// Translator: a straight piece of code, for the lanes of one strip, as machine code. Values stay in vector
// registers from where they are made to where they are used; the ones used latest make room (Belady 1966).
// What has no short form in AVX2 is a call of the kernels.
//
// The code expects the strip's slots in rbx, its constants in rbp and its Frame in r12.
#pragma once

#include "worker/engine/kernels.hpp"
#include "worker/engine/native/assembler.hpp"
#include "worker/engine/native/liveness.hpp"

namespace flowyard::worker::engine::native {

using MomentCall = void (*)(Frame& strip, Moment moment);

struct Layout {
  std::size_t stride = 8;  // lanes from slot to slot; a multiple of 8
  unsigned vectors = 2;    // of four lanes each, handled together: 2 or 4
  unsigned copies = 1;     // of the code in a row, each for other lanes, which the processor overlaps
  std::size_t slots = 0;
  MomentCall moment = nullptr;

  std::size_t strip_lanes() const { return std::size_t{4} * vectors * copies; }
};

inline constexpr General slots_base = General::Rbx;
inline constexpr General constants_base = General::Rbp;
inline constexpr General frame_base = General::R12;

// What constants_base points to.
struct alignas(32) Constants {
  double zero[4] = {0, 0, 0, 0};
  double one[4] = {1, 1, 1, 1};
  double tiny[4] = {1e-6, 1e-6, 1e-6, 1e-6};  // Vensim's threshold for a zero divisor
  std::uint64_t sign[4] = {sign_bit, sign_bit, sign_bit, sign_bit};
  std::uint64_t rest[4] = {~sign_bit, ~sign_bit, ~sign_bit, ~sign_bit};
  static constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63U;
};

void translate(Assembler& out, const Program& program, const Layout& layout, const Pieces& pieces,
               const SlotSet& live);

// Whether the machine code of this calls nothing.
bool self_contained(const Pieces& pieces);

}  // namespace flowyard::worker::engine::native
