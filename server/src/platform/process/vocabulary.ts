/**
 * The closed lists behind `arguments.ts`: options, values and demuxers. To allow another word is to edit this file,
 * and to answer here: can it read or write another file, reach the network, or run code?
 */

/** Names of options. None of these takes a file name or a URL. */
export const flags = [
	// what is taken
	'-map', '-vn', '-an', '-sn', '-dn', '-map_metadata', '-map_chapters', '-ss', '-to', '-t', '-itsoffset', '-re',
	'-noaccurate_seek', '-seek_timestamp', '-start_at_zero', '-copyts', '-copytb', '-accurate_seek', '-ignore_chapters',
	'-fflags', '-analyzeduration', '-probesize', '-err_detect', '-discard', '-skip_frame', '-threads', '-vframes',
	'-hwaccel', '-hwaccel_output_format', '-init_hw_device', '-filter_hw_device', '-thread_queue_size', '-noautorotate',
	// codecs
	'-c', '-c:v', '-c:a', '-c:s', '-c:v:0', '-c:a:0', '-c:s:0', '-b:v', '-b:a', '-maxrate', '-maxrate:v', '-bufsize',
	'-bufsize:v', '-crf', '-q:v', '-q:a', '-qp', '-preset', '-preset:v', '-tune', '-tune:v', '-profile:v', '-level',
	'-level:v', '-pix_fmt', '-g', '-g:v', '-keyint_min', '-keyint_min:v', '-sc_threshold', '-sc_threshold:v', '-bf',
	'-refs', '-force_key_frames', '-forced-idr', '-r', '-vsync', '-fps_mode', '-ac', '-ar', '-channel_layout',
	'-sample_fmt', '-compression_level', '-application', '-strict', '-tag:v', '-tag:a', '-bsf:v', '-bsf:a', '-aspect',
	'-color_primaries', '-color_trc', '-colorspace', '-color_range', '-deadline', '-cpu-used', '-row-mt', '-rc_mode',
	// filters
	'-vf', '-af', '-filter:v', '-filter:a', '-filter_complex', '-sws_flags', '-async',
	// containers
	'-f', '-movflags', '-frag_duration', '-min_frag_duration', '-frag_size', '-video_track_timescale', '-brand',
	'-avoid_negative_ts', '-output_ts_offset', '-muxdelay', '-muxpreload', '-max_muxing_queue_size', '-max_delay',
	'-flush_packets', '-max_interleave_delta', '-mpegts_flags', '-mpegts_copyts', '-use_editlist', '-write_tmcd',
	'-frames:v', '-frames:a', '-shortest', '-bitexact', '-flags', '-flags:v', '-flags:a', '-update', '-id3v2_version',
	'-write_xing', '-fragment_index', '-cues_to_front', '-cluster_time_limit', '-live', '-dash', '-page_duration',
	'-max_error_rate', '-xerror',
	// ffprobe
	'-of', '-show_format', '-show_streams', '-show_chapters', '-show_packets', '-show_frames', '-show_entries',
	'-show_error', '-show_programs', '-select_streams', '-read_intervals', '-count_packets', '-count_frames',
] as const satisfies readonly `-${string}`[];

export type Flag = (typeof flags)[number];

/** Fixed values: codecs, containers, presets, formats and the like. One that begins with `-` is a value all the same. */
export const words = [
	'-1', '0', '1', 'copy', 'auto', 'none', 'experimental',
	// video codecs
	'libx264', 'libx265', 'libsvtav1', 'libaom-av1', 'libvpx', 'libvpx-vp9', 'mjpeg', 'png', 'libwebp', 'rawvideo',
	'h264', 'hevc', 'h264_vaapi', 'hevc_vaapi', 'h264_nvenc', 'hevc_nvenc', 'h264_qsv', 'hevc_qsv',
	'h264_videotoolbox', 'hevc_videotoolbox', 'h264_v4l2m2m', 'wrapped_avframe',
	// audio codecs
	'aac', 'libopus', 'libmp3lame', 'flac', 'ac3', 'eac3', 'libvorbis', 'pcm_s16le', 'pcm_f32le', 'alac',
	// subtitle codecs
	'webvtt', 'srt', 'subrip', 'ass', 'mov_text',
	// containers to write
	'mp4', 'mov', 'ipod', 'matroska', 'webm', 'mpegts', 'adts', 'mp3', 'ogg', 'opus', 'wav', 'image2pipe', 'null',
	's16le', 'f32le', 'framecrc', 'framemd5', 'md5', 'mpjpeg',
	// presets, tunes, profiles
	'ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'p1', 'p2', 'p3', 'p4', 'zerolatency',
	'fastdecode', 'film', 'animation', 'grain', 'stillimage', 'baseline', 'main', 'high', 'main10', 'high10',
	'realtime', 'good', 'audio', 'voip', 'lowdelay', 'CBR', 'VBR', 'CQP',
	// levels
	'3.0', '3.1', '3.2', '4.0', '4.1', '4.2', '5.0', '5.1', '5.2',
	// pixel and sample formats
	'yuv420p', 'yuvj420p', 'yuv420p10le', 'nv12', 'p010le', 'rgb24', 'rgba', 'gray', 's16', 's16p', 'fltp', 'vaapi',
	'cuda', 'qsv', 'videotoolbox',
	// colour
	'bt709', 'bt470bg', 'smpte170m', 'bt2020nc', 'bt2020', 'smpte2084', 'arib-std-b67', 'tv', 'pc',
	// container behaviour
	'+faststart', '+frag_keyframe+empty_moov+default_base_moof', '+frag_custom+empty_moov+default_base_moof',
	'frag_keyframe+empty_moov+default_base_moof', '+empty_moov+default_base_moof+frag_keyframe+negative_cts_offsets',
	'+frag_keyframe+empty_moov+default_base_moof+delay_moov', '+frag_every_frame+empty_moov+default_base_moof',
	'+dash+frag_keyframe+empty_moov+default_base_moof', '+cmaf+frag_keyframe+empty_moov+default_base_moof',
	'+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets+skip_trailer',
	'+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets', '+skip_trailer',
	'make_zero', 'make_non_negative', 'disabled', '+genpts', '+genpts+discardcorrupt', '+discardcorrupt', '+igndts',
	'+bitexact', '+cgop', '-global_header', '+global_header', '+resend_headers', '+initial_discontinuity',
	'cfr', 'vfr', 'passthrough', 'drop', 'ignore_err', 'nokey', 'noref', 'all', 'default',
	'hvc1', 'avc1', 'av01', 'mp4a', 'h264_mp4toannexb', 'hevc_mp4toannexb', 'aac_adtstoasc', 'extract_extradata',
	'stereo', 'mono', '5.1', '7.1', 'bicubic', 'bilinear', 'lanczos', 'fast_bilinear',
	// ffprobe
	'json', 'compact', 'csv', 'v', 'a', 's', 'v:0', 'a:0',
	'packet=pts_time,flags', 'packet=pts_time,dts_time,duration_time,flags', 'packet=pts,pts_time,dts,duration,flags',
	'packet=pts_time,flags,pos,size', 'format=duration,size,bit_rate,format_name', 'format=duration', 'format=format_name',
	'stream=index,codec_type,codec_name', 'stream=nb_read_packets', 'stream=nb_read_frames',
] as const;

export type Word = (typeof words)[number];

/**
 * Readers of files. None here opens a second file or a URL that the first one names: no concat, hls, dash, image2,
 * lavfi, sdp, imf or vobsub; and none that reads devices.
 */
export const demuxers = [
	'matroska', 'mov', 'avi', 'mpegts', 'mpeg', 'mpegvideo', 'asf', 'flv', 'ogg', 'mp3', 'flac', 'wav', 'w64', 'aiff',
	'aac', 'ac3', 'eac3', 'dts', 'dtshd', 'truehd', 'ape', 'wv', 'tta', 'mpc', 'mpc8', 'tak', 'dsf', 'iff', 'caf', 'au',
	'amr', 'rm', 'm4v', 'h264', 'hevc', 'ivf', 'obu', 'nut', 'mxf', 'gxf', 'dv', 'wtv', 'vc1', 'nsv', 'roq', 'swf',
	'srt', 'ass', 'webvtt', 'sup', 'sami', 'microdvd', 'subviewer', 'mpl2', 'jacosub', 'lrc', 'aqtitle', 'stl', 'ttml',
	'jpeg_pipe', 'png_pipe', 'webp_pipe', 'gif', 'bmp_pipe', 'tiff_pipe', 'apng',
] as const;

export type Demuxer = (typeof demuxers)[number];
