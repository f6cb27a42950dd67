#include "docker/client/build_output.hpp"

#include <gtest/gtest.h>

namespace flowyard::docker {
namespace {

TEST(BuildOutput, FindsTheImageIdHoweverTheStreamIsCut) {
  const std::string stream =
      "{\"stream\":\"Step 1/2 : FROM scratch\\n\"}\r\n"
      "{\"aux\":{\"ID\":\"sha256:abc\"}}\r\n"
      "{\"stream\":\"Successfully built abc\\n\"}\r\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    BuildOutput output;
    output.feed(stream.substr(0, cut));
    output.feed(stream.substr(cut));
    output.finish();
    EXPECT_EQ(output.image_id(), "sha256:abc") << cut;
    EXPECT_EQ(output.text(), "Step 1/2 : FROM scratch\nSuccessfully built abc\n") << cut;
    EXPECT_EQ(output.failure(), "") << cut;
  }
}

TEST(BuildOutput, KeepsTheLastOfSeveralIds) {
  BuildOutput output;
  output.feed("{\"aux\":{\"ID\":\"sha256:first\"}}\n{\"aux\":{\"ID\":\"sha256:last\"}}\n");
  EXPECT_EQ(output.image_id(), "sha256:last");
}

TEST(BuildOutput, ExplainsAFailureWithTheLinesBeforeIt) {
  BuildOutput output;
  output.feed("{\"stream\":\"one\\ntwo\\n\"}\n{\"stream\":\"three\\n\"}\n");
  output.feed("{\"errorDetail\":{\"message\":\"COPY failed\"},\"error\":\"COPY failed\"}");
  output.finish();
  EXPECT_EQ(output.failure(), "COPY failed");
  EXPECT_EQ(output.explain(2), "COPY failed\nthe build's last lines:\ntwo\nthree");
  EXPECT_EQ(output.explain(9), "COPY failed\nthe build's last lines:\none\ntwo\nthree");
}

TEST(BuildOutput, GivesEachLineOnceAndKeepsTheLastOfMany) {
  BuildOutput output;
  output.feed("{\"stream\":\"one\\ntw\"}\n");
  EXPECT_EQ(output.next_line(), "one");
  EXPECT_EQ(output.next_line(), std::nullopt);
  output.feed("{\"stream\":\"o\\n\\nthree\\n\"}\n");
  EXPECT_EQ(output.next_line(), "two");
  EXPECT_EQ(output.next_line(), "three");
  const std::string line(1000, 'x');
  for (int n = 0; n < 2000; ++n) output.feed("{\"stream\":\"" + line + "\\n\"}\n");
  EXPECT_LT(output.text().size(), std::size_t{1} << 20);
  std::size_t lines = 0;
  while (const auto next = output.next_line()) lines += *next == line ? 1 : 0;
  EXPECT_GT(lines, 200u);
}

TEST(BuildOutput, ExplainsAFailureWithoutOutput) {
  BuildOutput output;
  output.feed("{\"error\":\"no space left on device\"}\n");
  EXPECT_EQ(output.explain(5), "no space left on device");
}

}  // namespace
}  // namespace flowyard::docker
