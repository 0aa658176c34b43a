# Reads lines of performance data as plugins and graphers do, and says what it makes of each:
# a line with tabs for every value, and an empty one at the end.
use strict;
use warnings;
use Monitoring::Plugin::Performance use_die => 1;

$| = 1;
binmode STDIN, ':utf8';
binmode STDOUT, ':utf8';
while (my $line = <STDIN>) {
    chomp $line;
    eval {
        for my $read (Monitoring::Plugin::Performance->parse_perfstring($line)) {
            my @fields = map { defined $_ ? $_ : '' }
                ($read->label, $read->value, $read->uom, $read->warning, $read->critical,
                 $read->min, $read->max);
            print join("\t", @fields, $read->threshold->get_status($read->value)), "\n";
        }
        1;
    } or do {
        (my $fault = $@) =~ s/\s+/ /g;
        print "fault: $fault\n";
    };
    print "\n";
}
