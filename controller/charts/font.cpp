#include "controller/charts/font.hpp"

// The file is copied into the program by the assembler; the build says where it is.
asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".global flowyard_font_begin\n"
    "flowyard_font_begin:\n"
    ".incbin \"" FLOWYARD_FONT
    "\"\n"
    ".global flowyard_font_end\n"
    "flowyard_font_end:\n"
    ".popsection\n");

extern "C" {
extern const unsigned char flowyard_font_begin[];
extern const unsigned char flowyard_font_end[];
}

namespace flowyard::controller::charts {

std::span<const unsigned char> font_file() {
  return {flowyard_font_begin, flowyard_font_end};
}

}  // namespace flowyard::controller::charts
