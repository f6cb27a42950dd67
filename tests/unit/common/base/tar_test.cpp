#include "common/base/tar.hpp"

#include <gtest/gtest.h>

namespace flowyard {
namespace {

TarEntry file(std::string path, std::string content, int mode = 0644) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.content = std::move(content);
  entry.mode = mode;
  return entry;
}

std::vector<TarEntry> sample() {
  TarEntry folder;
  folder.path = "run/";
  folder.kind = TarEntry::Kind::Folder;
  folder.mode = 0755;
  TarEntry link;
  link.path = "run/current";
  link.kind = TarEntry::Kind::SymbolicLink;
  link.link_target = std::string(150, 't');
  link.mode = 0777;
  TarEntry owned = file("owned", "x");
  owned.user = owned.group = 65534;
  return {file("Dockerfile", "FROM scratch\n"),
          file("bin/worker", std::string(1024, '\1'), 0755),
          file("empty", ""),
          folder,
          link,
          file(std::string(300, 'd') + "/model.mdl", "deep"),
          owned};
}

TEST(Tar, IsReadBackAsItWasWritten) {
  const auto entries = read_tar(write_tar(sample()));
  ASSERT_TRUE(entries.has_value());
  EXPECT_EQ(*entries, sample());
}

TEST(Tar, IsInWholeBlocksAndEndsWithTwoEmptyOnes) {
  const std::string archive = write_tar({file("a", std::string(513, 'x'))});
  EXPECT_EQ(archive.size(), 512u * (1 + 2 + 2));
  EXPECT_EQ(archive.substr(archive.size() - 1024), std::string(1024, '\0'));
}

TEST(Tar, IsTheSameForTheSameEntries) {
  EXPECT_EQ(write_tar(sample()), write_tar(sample()));
}

TEST(Tar, IsRefusedWhereItIsCutOff) {
  const std::string archive = write_tar({file("a", "hello")});
  EXPECT_FALSE(read_tar(archive.substr(0, 100)).has_value());
  EXPECT_FALSE(read_tar(archive.substr(0, 512)).has_value());
  EXPECT_FALSE(read_tar(archive.substr(0, 514)).has_value());
}

TEST(Tar, IsRefusedWhereAHeaderIsDamaged) {
  std::string archive = write_tar({file("a", "hello")});
  archive[0] = 'b';
  EXPECT_FALSE(read_tar(archive).has_value());
}

TEST(Tar, IsRefusedWhereALongNameIsDamaged) {
  std::string archive = write_tar({file(std::string(120, 'a'), "hello")});
  const auto record = archive.find(" path=");
  ASSERT_NE(record, std::string::npos);
  archive[record - 1] = '9';  // the record's length: it now ends where it should not
  archive[record - 3] = '9';
  EXPECT_FALSE(read_tar(archive).has_value());
}

TEST(Tar, SurvivesAnyDamageToItsRecords) {
  const std::string whole = write_tar(sample());
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const auto entries = read_tar(damaged);
    EXPECT_TRUE(!entries || entries->size() <= sample().size()) << at;
  }
}

}  // namespace
}  // namespace flowyard
